package dev.busbar.host.observe;

/** Keeps what is logged on its line, whoever chose the text: a client, a manifest, an exception. Stateless. */
final class OneLine {
    private OneLine() {}

    /**
     * The text with everything escaped that a reader of logs, or a terminal, might take for more than text: control
     * characters (OWASP ASVS 5.0, 16.4.1), line and paragraph separators, and what changes the direction of writing.
     */
    static String of(String text) {
        return escaped(text, false);
    }

    /** The same for a whole message, which may go on in lines that begin with a tab, as no entry does. */
    static String ofMessage(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean mayGoOn) {
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
            boolean goesOn = mayGoOn && c == '\n' && i + 1 < text.length() && text.charAt(i + 1) == '\t';
            if (isPlain(c) || goesOn) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }

    static boolean isPlain(char c) {
        boolean control = c < ' ' || (c >= 0x7f && c <= 0x9f);
        boolean separator = c == 0x2028 || c == 0x2029;
        boolean direction = c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        return c == '\t' || !(control || separator || direction);
    }
}
