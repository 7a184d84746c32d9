package dev.busbar.host.isolation;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The secrets in the configuration of a plugin, as JSON pointers in the manifest attribute {@code Busbar-Secrets}:
 * {@code /password, /database/password}. Stateless.
 */
final class MarkedSecrets {
    private static final int MAX = 50;
    private static final Pattern FORM = Pattern.compile("(/([^/~,\\s]|~[01])+){1,8}");

    private MarkedSecrets() {}

    /** @throws InvalidPluginException when one is malformed */
    static List<String> parse(String attribute) throws InvalidPluginException {
        if (attribute.isEmpty()) {
            return List.of();
        }
        List<String> all =
                Arrays.stream(attribute.split(",", -1)).map(String::strip).toList();
        for (String one : all) {
            if (!FORM.matcher(one).matches()) {
                throw new InvalidPluginException("manifest attribute Busbar-Secrets: \"" + one
                        + "\" (expected: JSON pointers such as /password, separated by commas)");
            }
        }
        if (all.size() > MAX) {
            throw new InvalidPluginException(
                    "manifest attribute Busbar-Secrets: " + all.size() + " pointers (expected: at most " + MAX + ")");
        }
        return all;
    }
}
