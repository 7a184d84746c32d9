package dev.busbar.host.auditchain;

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
 * Writes JSON on one line, members in the order given. Escapes characters that end a line, control a terminal or change
 * the direction of text. Stateless.
 */
final class Json {
    private static final JsonCodec CODEC = new JsonCodec(Json.class.getClassLoader());

    private Json() {}

    /** A text in quotes. */
    static String text(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (isPlain(value, i)) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append('"').toString();
    }

    private static boolean isPlain(String value, int index) {
        char c = value.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < value.length() && Character.isLowSurrogate(value.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(value.charAt(index - 1));
        }
        return switch (Character.getType(c)) {
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

    /** Reads the text of {@link #object}; any other text is returned as one member. */
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
