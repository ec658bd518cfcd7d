package seatledger.rules;

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges PDF files by veraPDF: a line for each finding, `FILE tab RULES tab RULE tab MESSAGE tab PLACE`. */
public final class PdfRules {
  private static final List<String> FLAVOURS = List.of("3u", "3a", "ua1");

  private PdfRules() {}

  public static void main(String[] files) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    VeraGreenfieldFoundryProvider.initialise();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String file : files) {
      for (String flavour : FLAVOURS) {
        for (TestAssertion finding : findings(file, PDFAFlavour.fromString(flavour)).values()) {
          String rule = finding.getRuleId().getClause() + "-" + finding.getRuleId().getTestNumber();
          String message = finding.getMessage().replaceAll("\\s+", " ");
          out.println(String.join("\t", file, flavour, rule, message, finding.getLocation().getContext()));
        }
      }
    }
  }

  /** The first finding of each rule. */
  private static Map<String, TestAssertion> findings(String file, PDFAFlavour flavour) throws Exception {
    Map<String, TestAssertion> findings = new LinkedHashMap<>();
    try (InputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          findings.putIfAbsent(assertion.getRuleId().toString(), assertion);
        }
      }
    }
    return findings;
  }
}
