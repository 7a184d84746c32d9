package dev.busbar.host.trust;

import java.util.regex.Pattern;

/**
 * A pattern of plugin ids in the configuration: {@code billing}, {@code acme-*}, {@code *}. Immutable.
 *
 * @param text the pattern
 */
record IdPattern(String text) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z*][a-z0-9*-]{0,40}");

    /** @throws IllegalArgumentException if no id can match it */
    static IdPattern of(String text) {
        if (!SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "publicRoutes: \"" + text + "\" (expected: a plugin id such as billing, acme-* or *)");
        }
        return new IdPattern(text);
    }

    boolean matches(String pluginId) {
        String[] parts = text.split("\\*", -1);
        String last = parts[parts.length - 1];
        if (parts.length == 1) {
            return pluginId.equals(text);
        }
        int at = parts[0].length();
        boolean matches =
                pluginId.length() >= at + last.length() && pluginId.startsWith(parts[0]) && pluginId.endsWith(last);
        for (int i = 1; matches && i < parts.length - 1; i++) {
            int found = pluginId.indexOf(parts[i], at);
            at = found + parts[i].length();
            matches = found >= 0 && at + last.length() <= pluginId.length();
        }
        return matches;
    }
}
