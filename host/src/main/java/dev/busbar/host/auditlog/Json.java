package dev.busbar.host.auditlog;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes JSON on one line, members in the order given. What could end a line, steer a terminal or change the order of
 * letters on a screen is escaped. Stateless.
 */
final class Json {
    private static final JsonCodec CODEC = new JsonCodec(Json.class.getClassLoader());

    private Json() {}

    /** A text in quotes. */
    static String text(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            if (letter == '"' || letter == '\\') {
                out.append('\\').append(letter);
            } else if (isPlain(value, i)) {
                out.append(letter);
            } else {
                out.append(String.format("\\u%04x", (int) letter));
            }
        }
        return out.append('"').toString();
    }

    private static boolean isPlain(String value, int index) {
        char letter = value.charAt(index);
        if (Character.isHighSurrogate(letter)) {
            return index + 1 < value.length() && Character.isLowSurrogate(value.charAt(index + 1));
        }
        if (Character.isLowSurrogate(letter)) {
            return index > 0 && Character.isHighSurrogate(value.charAt(index - 1));
        }
        return switch (Character.getType(letter)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    static String text(Optional<String> value) {
        return value.map(Json::text).orElse("null");
    }

    /** An object of texts. */
    static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> text(member.getKey()) + ":" + text(member.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** What {@link #object} has written; a text that it cannot have written is itself all there is to tell. */
    static Map<String, String> details(String json) {
        Map<String, String> details = new TreeMap<>();
        try {
            Map<?, ?> read = CODEC.decode(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.class);
            read.forEach((name, value) -> details.put(String.valueOf(name), String.valueOf(value)));
            return details;
        } catch (IOException | ProblemException e) {
            return Map.of("unreadable", json);
        }
    }
}
