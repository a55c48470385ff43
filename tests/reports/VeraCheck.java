import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Validates PDF files with veraPDF. Arguments: flavours with commas between (ua1,3a), then files.
 *
 * <p>Prints one line for each flavour of each file, with tabs: PASS or FAIL, flavour, file, number of checks made; and under a FAIL one line
 * for each broken rule with the clause, how often, what it asks and where the first one is. The exit code is 1 when anything failed.
 */
public final class VeraCheck {
    private static final int ENOUGH_EXAMPLES = 100;

    private VeraCheck() {}

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean allPass = true;
        for (int place = 1; place < arguments.length; place++) {
            for (String flavour : arguments[0].split(",")) {
                allPass &= check(arguments[place], PDFAFlavour.fromString(flavour), flavour);
            }
        }
        System.exit(allPass ? 0 : 1);
    }

    private static boolean check(String file, PDFAFlavour flavour, String name) throws Exception {
        try (FileInputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, ENOUGH_EXAMPLES, false, false, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.printf("%s\t%s\t%s\t%d%n", result.isCompliant() ? "PASS" : "FAIL", name, file, result.getTotalAssertions());
            brokenRules(result).forEach((rule, said) -> System.out.printf("\t%s %s%n", rule, said));
            return result.isCompliant();
        }
    }

    private static Map<String, String> brokenRules(ValidationResult result) {
        Map<String, String> broken = new TreeMap<>();
        result.getFailedChecks().forEach((rule, times) -> broken.put(rule.getClause() + "-" + rule.getTestNumber(), "x" + times));
        for (TestAssertion assertion : result.getTestAssertions()) {
            String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
            String said = broken.get(rule);
            if (assertion.getStatus() == TestAssertion.Status.FAILED && said != null && said.indexOf(' ') < 0) {
                String asks = String.valueOf(assertion.getMessage()).replaceAll("\\s+", " ");
                broken.put(rule, said + " " + asks + " at " + assertion.getLocation().getContext());
            }
        }
        return broken;
    }
}
