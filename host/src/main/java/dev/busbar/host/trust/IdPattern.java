package dev.busbar.host.trust;

import java.util.regex.Pattern;

/**
 * Plugin ids as an operator writes them: {@code billing}, {@code acme-*}, {@code *}. Immutable.
 *
 * @param text as written
 */
record IdPattern(String text) {
    private static final Pattern SYNTAX = Pattern.compile("[a-z*][a-z0-9*-]{0,40}");

    /** @throws IllegalArgumentException when no id could fit it */
    static IdPattern of(String text) {
        if (!SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "publicRoutes: \"" + text + "\" (expected: a plugin id such as billing, acme-* or *)");
        }
        return new IdPattern(text);
    }

    boolean fits(String pluginId) {
        String[] parts = text.split("\\*", -1);
        String last = parts[parts.length - 1];
        if (parts.length == 1) {
            return pluginId.equals(text);
        }
        int at = parts[0].length();
        boolean framed =
                pluginId.length() >= at + last.length() && pluginId.startsWith(parts[0]) && pluginId.endsWith(last);
        for (int i = 1; framed && i < parts.length - 1; i++) {
            int found = pluginId.indexOf(parts[i], at);
            at = found + parts[i].length();
            framed = found >= 0 && at + last.length() <= pluginId.length();
        }
        return framed;
    }
}
