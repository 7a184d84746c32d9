package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The one reading of a request path. A path that two components could read differently is refused, not guessed: encoded
 * dots, slashes, backslashes and control bytes, dot segments, empty segments, matrix parameters, broken or overlong
 * UTF-8 (RFC 3986 sections 3.3 and 6.2.2; the class of CVE-2026-48020 and CVE-2021-43557). What is routed, authorised
 * and logged is {@link #value()}.
 *
 * @param value the decoded path, starting with a slash
 * @param segments the decoded segments; a trailing slash shows as a last, empty one
 */
public record CanonicalPath(String value, List<String> segments) {
    /** Where nothing was parsed yet. */
    public static final CanonicalPath NONE = new CanonicalPath("", List.of());

    /**
     * Reads a path as it was sent.
     *
     * @throws ProblemException 400 {@code ambiguous-path}
     */
    public static CanonicalPath parse(String raw) {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            throw ambiguous("it does not start with a slash");
        }
        List<String> segments = new ArrayList<>(6);
        int start = 1;
        boolean encoded = false;
        for (int i = 1; i <= raw.length(); i++) {
            char c = i == raw.length() ? '/' : raw.charAt(i);
            if (c == '/') {
                segments.add(segment(raw.substring(start, i), i == raw.length()));
                start = i + 1;
            } else if (c == '%') {
                encoded = true;
            } else if (c == ';' || c == '\\' || c <= 0x20 || c == 0x7f) {
                throw ambiguous("it holds a " + name(c));
            } else if (c > 0x7f) {
                throw ambiguous("it holds a character that is not encoded");
            }
        }
        String value = encoded ? "/" + String.join("/", segments) : raw;
        return new CanonicalPath(value, segments);
    }

    private static String segment(String raw, boolean last) {
        if (raw.isEmpty() && !last) {
            throw ambiguous("it holds an empty segment");
        }
        if (raw.equals(".") || raw.equals("..")) {
            throw ambiguous("it holds a dot segment");
        }
        return raw.indexOf('%') < 0 ? raw : decode(raw);
    }

    private static String decode(String raw) {
        byte[] bytes = new byte[raw.length() * 3];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int octet = octet(raw, i);
                if (octet == '/' || octet == '\\' || octet == '.' || octet == ';' || octet < 0x20 || octet == 0x7f) {
                    throw ambiguous("it holds an encoded " + name((char) octet));
                }
                bytes[length++] = (byte) octet;
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ambiguous("it holds octets that are not UTF-8");
        }
        if (text.chars().anyMatch(CanonicalPath::breaksLines)) {
            throw ambiguous("it holds an encoded control character");
        }
        return text;
    }

    /** What could end a line where the path is logged: C1 controls and the separators of Unicode. */
    private static boolean breaksLines(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }

    private static int octet(String raw, int percent) {
        int high = percent + 2 < raw.length() ? Character.digit(raw.charAt(percent + 1), 16) : -1;
        int low = percent + 2 < raw.length() ? Character.digit(raw.charAt(percent + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw ambiguous("it holds a broken percent-encoding");
        }
        return (high << 4) | low;
    }

    private static String name(char c) {
        return switch (c) {
            case '/' -> "slash";
            case '\\' -> "backslash";
            case '.' -> "dot";
            case ';' -> "matrix parameter";
            default -> "control byte";
        };
    }

    /** 400 for a path that the server could not even decode. */
    public static ProblemException unreadable() {
        return ambiguous("it cannot be decoded, or leads above the root");
    }

    private static ProblemException ambiguous(String why) {
        return ProblemType.AMBIGUOUS_PATH.problem("the path can be read in more than one way: " + why);
    }
}
