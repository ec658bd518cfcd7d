package seatledger.rules;

import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.mustangproject.validator.ZUGFeRDValidator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Judges PDF files by Mustang: the embedded `factur-x.xml` by its schema and the Schematron of Factur-X, and what the
 * PDF says of it. A line for each finding, as PdfRules writes it.
 */
public final class FacturXRules {
  private static final List<String> FINDINGS = List.of("exception", "error", "warning");

  private FacturXRules() {}

  public static void main(String[] files) throws Exception {
    // The reports come back as texts; whatever the library prints besides is none of ours.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    for (String file : files) {
      ZUGFeRDValidator validator = new ZUGFeRDValidator();
      validator.disableNotices();
      Document report = parse(validator.validate(file));
      boolean isNamed = false;
      for (String kind : FINDINGS) {
        NodeList found = report.getElementsByTagName(kind);
        for (int index = 0; index < found.getLength(); index += 1) {
          isNamed = true;
          Element finding = (Element) found.item(index);
          String text = finding.getTextContent().replaceAll("\\s+", " ").trim();
          out.println(String.join("\t", file, "factur-x", ruleOf(kind, text), text, finding.getAttribute("location")));
        }
      }
      if (!isNamed && !validator.wasCompletelyValid()) {
        out.println(String.join("\t", file, "factur-x", "invalid", "Mustang gives no reason.", ""));
      }
    }
  }

  /** `[BR-CO-10]-Sum of ...` is the rule and its text. */
  private static String ruleOf(String kind, String text) {
    int end = text.indexOf(']');
    return text.startsWith("[") && end > 0 ? text.substring(1, end) : kind;
  }

  private static Document parse(String report) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(report)));
  }
}
