package dev.busbar.plugin;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What may stand as a media type in a declaration: {@code type/subtype} (RFC 9110 section 8.3.1). Stateless. */
final class MediaTypes {
    static final String JSON = "application/json";

    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+");

    private MediaTypes() {}

    static List<String> checked(String what, String... mediaTypes) {
        for (String mediaType : mediaTypes) {
            if (!SYNTAX.matcher(mediaType).matches()) {
                throw new IllegalArgumentException(
                        what + ": \"" + mediaType + "\" (expected: type/subtype, without parameters)");
            }
        }
        return Stream.of(mediaTypes).map(type -> type.toLowerCase(Locale.ROOT)).toList();
    }
}
