package dev.busbar.host.observe;

/**
 * Takes out of a text what looks like a credential: an API key, or a JWT. No place that is logged is one for a
 * credential, but a client may put one there by mistake. Stateless.
 */
final class Redaction {
    private static final String KEY = "bsb_";
    private static final String TOKEN = "eyJ";
    private static final String REMOVED = "[removed]";
    private static final int SHORTEST = 12;

    private Redaction() {}

    /** The text without what looks like a credential; mostly the text itself. */
    static String of(String text) {
        return without(without(text, KEY), TOKEN);
    }

    private static String without(String text, String mark) {
        int at = text.indexOf(mark);
        if (at < 0) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text.length());
        int from = 0;
        while (at >= 0) {
            int end = at + mark.length();
            while (end < text.length() && isPart(text.charAt(end))) {
                end++;
            }
            boolean credential = end - at >= SHORTEST;
            kept.append(text, from, credential ? at : end).append(credential ? REMOVED : "");
            from = end;
            at = text.indexOf(mark, end);
        }
        return kept.append(text, from, text.length()).toString();
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
