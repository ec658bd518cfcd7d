package seatledger.rules;

import com.helger.commons.error.IError;
import com.helger.commons.error.level.EErrorLevel;
import com.helger.commons.io.resource.FileSystemResource;
import com.helger.phive.api.execute.ValidationExecutionManager;
import com.helger.phive.api.executorset.IValidationExecutorSet;
import com.helger.phive.api.executorset.ValidationExecutorSetRegistry;
import com.helger.phive.api.result.ValidationResultList;
import com.helger.phive.en16931.EN16931Validation;
import com.helger.phive.xml.source.IValidationSourceXML;
import com.helger.phive.xml.source.ValidationSourceXML;
import com.helger.phive.xrechnung.XRechnungValidation;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Judges UBL invoices by their schema, EN 16931 and KoSIT's rules of XRechnung, warnings included: a line for each
 * finding, as PdfRules writes it.
 */
public final class XRechnungRules {
  private XRechnungRules() {}

  public static void main(String[] files) {
    Logger.getLogger("").setLevel(Level.SEVERE);
    ValidationExecutorSetRegistry<IValidationSourceXML> registry = new ValidationExecutorSetRegistry<>();
    EN16931Validation.initEN16931(registry);
    XRechnungValidation.initXRechnung(registry);
    IValidationExecutorSet<IValidationSourceXML> rules =
        registry.getOfID(XRechnungValidation.VID_XRECHNUNG_UBL_INVOICE_302);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String file : files) {
      ValidationSourceXML source = ValidationSourceXML.create(new FileSystemResource(new File(file)));
      ValidationResultList results = ValidationExecutionManager.executeValidation(rules, source, Locale.ENGLISH);
      results.forEachFlattened(
          XRechnungRules::isAboutDocument,
          finding -> out.println(String.join("\t", file, "xrechnung", ruleOf(finding), textOf(finding), placeOf(finding))));
    }
  }

  /** Warnings without an id are the compiler's, about the rules. */
  private static boolean isAboutDocument(IError finding) {
    return finding.isError() || (finding.hasErrorID() && finding.getErrorLevel().isGE(EErrorLevel.WARN));
  }

  /** Findings of the schema have no rule of their own. */
  private static String ruleOf(IError finding) {
    String id = finding.getErrorID();
    return id == null || id.isEmpty() ? "schema" : id;
  }

  private static String textOf(IError finding) {
    String text = finding.getErrorText(Locale.ENGLISH);
    return text == null ? "" : text.replaceAll("\\s+", " ");
  }

  private static String placeOf(IError finding) {
    String place = finding.getErrorFieldName();
    return place == null ? "" : place.replaceAll("\\s+", " ");
  }
}
