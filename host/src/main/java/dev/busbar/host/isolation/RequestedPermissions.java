package dev.busbar.host.isolation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The permissions that a plugin requests beyond its own, in the manifest attribute {@code Busbar-Permissions}:
 * {@code turbo:read, datasets:write}. The operator decides which it gets. Stateless.
 */
final class RequestedPermissions {
    private static final int MAX = 50;
    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9-]{1,40}|\\*):([a-z][a-z0-9-]{0,63}|\\*)");

    private RequestedPermissions() {}

    /** @throws InvalidPluginException when one is malformed, listed twice, or a permission of the host */
    static List<String> parse(String attribute) throws InvalidPluginException {
        if (attribute.isEmpty()) {
            return List.of();
        }
        List<String> all =
                Arrays.stream(attribute.split(",", -1)).map(String::strip).toList();
        Set<String> seen = new HashSet<>();
        for (String one : all) {
            if (!FORM.matcher(one).matches() || one.startsWith("host:") || !seen.add(one)) {
                throw new InvalidPluginException("manifest attribute Busbar-Permissions: \"" + one
                        + "\" (expected: permissions such as turbo:read, separated by commas, each once, none of the"
                        + " host's own)");
            }
        }
        if (all.size() > MAX) {
            throw new InvalidPluginException("manifest attribute Busbar-Permissions: " + all.size()
                    + " permissions (expected: at most " + MAX + ")");
        }
        return all;
    }
}
