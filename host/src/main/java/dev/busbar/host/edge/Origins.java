package dev.busbar.host.edge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The origins that may read responses, compared octet by octet with what a browser sends (RFC 6454 section 6.2). A star
 * matches one label of a name. Regular expressions are not supported, because an unanchored one matches look-alikes.
 * Immutable.
 */
final class Origins {
    private static final String LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
    private static final Pattern ORIGIN = Pattern.compile(
            "https?://(\\*(\\." + LABEL + "){2,}|" + LABEL + "(\\." + LABEL + ")*|\\[[0-9a-f:]+])(:[1-9]\\d{0,4})?");
    private static final Pattern DEFAULT_PORT = Pattern.compile("http://.*:80|https://.*:443");
    private static final Pattern ONE_LABEL = Pattern.compile(LABEL);

    private final boolean any;
    private final Set<String> exact = new HashSet<>();
    private final List<Wildcard> wildcards = new ArrayList<>();

    /** The text before and after the star. */
    private record Wildcard(String prefix, String suffix) {
        boolean covers(String origin) {
            return origin.length() > prefix.length() + suffix.length()
                    && origin.startsWith(prefix)
                    && origin.endsWith(suffix)
                    && ONE_LABEL
                            .matcher(origin.substring(prefix.length(), origin.length() - suffix.length()))
                            .matches();
        }
    }

    private Origins(boolean any) {
        this.any = any;
    }

    /**
     * Parses the configured origins.
     *
     * @throws IllegalArgumentException with the expectation
     */
    static Origins of(List<String> entries) {
        Origins origins = new Origins(entries.contains("*"));
        for (String entry : entries) {
            if (!entry.equals("*") && !entry.equals("null")) {
                require(entry);
            }
            int star = entry.indexOf('*');
            if (star > 0) {
                origins.wildcards.add(new Wildcard(entry.substring(0, star), entry.substring(star + 1)));
            } else {
                origins.exact.add(entry);
            }
        }
        return origins;
    }

    private static void require(String entry) {
        if (!ORIGIN.matcher(entry).matches() || DEFAULT_PORT.matcher(entry).matches()) {
            throw new IllegalArgumentException(
                    "an origin as browsers send it, such as https://app.example.org, in lower"
                            + " case and without path or default port, https://*.example.org for any one label, null, or *; \""
                            + entry + "\" is not one");
        }
    }

    boolean isEmpty() {
        return !any && exact.isEmpty() && wildcards.isEmpty();
    }

    /** Whether every origin is permitted. */
    boolean isAny() {
        return any;
    }

    boolean permit(String origin) {
        return any || exact.contains(origin) || wildcards.stream().anyMatch(wildcard -> wildcard.covers(origin));
    }
}
