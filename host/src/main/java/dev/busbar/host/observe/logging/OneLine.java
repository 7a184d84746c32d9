package dev.busbar.host.observe.logging;

/** Escapes log texts so that each stays on one line, whoever chose it: a client, a manifest, an exception. Stateless. */
public final class OneLine {
    private static final int MAX_LENGTH = 8_192;

    private OneLine() {}

    /** A text without what looks like a credential: an API key or a JWT. */
    public static String redacted(String text) {
        return Redaction.of(text);
    }

    /** A text of a log entry: bounded, without credentials. */
    private static String bounded(String text) {
        String fitting = text.length() <= MAX_LENGTH
                ? text
                : text.substring(0, MAX_LENGTH) + "… (" + (text.length() - MAX_LENGTH) + " more characters)";
        return Redaction.of(fitting);
    }

    /**
     * Escapes whatever a log viewer or a terminal might interpret: control characters (OWASP ASVS 5.0, 16.4.1), line and
     * paragraph separators, and bidirectional formatting characters.
     */
    static String of(String text) {
        return escaped(bounded(text), false);
    }

    /** Escapes a message, which may continue in lines that begin with a tab, as no entry does. */
    static String ofMessage(String text) {
        return escaped(bounded(text), true);
    }

    private static String escaped(String text, boolean multiline) {
        int first = 0;
        while (first < text.length() && isPlain(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean continues = multiline && c == '\n' && i + 1 < text.length() && text.charAt(i + 1) == '\t';
            if (isPlain(c) || continues) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }

    /** Whether a character needs no escaping. */
    public static boolean isPlain(char c) {
        boolean control = c < ' ' || (c >= 0x7f && c <= 0x9f);
        boolean separator = c == 0x2028 || c == 0x2029;
        boolean direction = c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        return c == '\t' || !(control || separator || direction);
    }
}
