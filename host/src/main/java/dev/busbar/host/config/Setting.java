package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.util.regex.Pattern;

/**
 * Setting of the highest layer that sets a key. Immutable.
 *
 * @param key the key, such as {@code store.url}
 * @param source the place where it is set
 * @param text as written, with references to secrets unresolved
 */
record Setting(String key, String source, String text) {
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|key)");

    Fault fault(String expectation) {
        return new Fault(source, key, shown(), expectation);
    }

    /** A reference to a secret is no secret; the value of a key that is named like one may be. */
    private String shown() {
        boolean hidden = SECRET.matcher(key).matches() && !text.contains("${");
        return hidden ? "***" : text;
    }
}
