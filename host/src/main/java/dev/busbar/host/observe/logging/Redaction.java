package dev.busbar.host.observe.logging;

/**
 * Removes what looks like a credential from a text: an API key or a JWT. No logged text should contain one, but a client
 * may put one there by mistake. Stateless.
 */
final class Redaction {
    private static final String KEY = "bsb_";
    private static final String TOKEN = "eyJ";
    private static final String REMOVED = "[removed]";
    private static final int MIN_LENGTH = 12;

    private Redaction() {}

    /** The redacted text; usually the text itself. */
    static String of(String text) {
        return without(without(text, KEY), TOKEN);
    }

    private static String without(String text, String mark) {
        int at = text.indexOf(mark);
        if (at < 0) {
            return text;
        }
        StringBuilder redacted = new StringBuilder(text.length());
        int from = 0;
        while (at >= 0) {
            int end = at + mark.length();
            while (end < text.length() && isPart(text.charAt(end))) {
                end++;
            }
            boolean credential = end - at >= MIN_LENGTH;
            redacted.append(text, from, credential ? at : end).append(credential ? REMOVED : "");
            from = end;
            at = text.indexOf(mark, end);
        }
        return redacted.append(text, from, text.length()).toString();
    }

    private static boolean isPart(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '.';
    }
}
