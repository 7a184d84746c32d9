package dev.busbar.plugin;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The syntax of headers (RFC 9110 section 5) and media types (section 8.3.1) in declarations. Stateless. */
final class HttpSyntax {
    static final String JSON = "application/json";

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+");

    private HttpSyntax() {}

    static void checkHeader(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("header name: \"" + name + "\" (expected: a token)");
        }
        if (value.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException("value of header " + name + " (expected: no control characters)");
        }
    }

    /** The media types in lower case; the message for an invalid one starts with {@code what}. */
    static List<String> mediaTypes(String what, String... mediaTypes) {
        for (String mediaType : mediaTypes) {
            if (!MEDIA_TYPE.matcher(mediaType).matches()) {
                throw new IllegalArgumentException(
                        what + ": \"" + mediaType + "\" (expected: type/subtype, without parameters)");
            }
        }
        return Stream.of(mediaTypes).map(type -> type.toLowerCase(Locale.ROOT)).toList();
    }
}
