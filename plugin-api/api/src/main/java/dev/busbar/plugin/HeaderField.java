package dev.busbar.plugin;

import java.util.regex.Pattern;

/** What may stand in a header field of an answer (RFC 9110 section 5). Stateless. */
final class HeaderField {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private HeaderField() {}

    static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("header name: \"" + name + "\" (expected: a token)");
        }
        if (value.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException("value of header " + name + " (expected: no control characters)");
        }
    }
}
