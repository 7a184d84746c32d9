package dev.busbar.host.cli;

/** Escapes untrusted text for a terminal: it stays on its line and contains no control sequence. Stateless. */
final class Plain {
    private Plain() {}

    /** The text with line breaks, control characters and bidirectional formatting characters escaped. */
    static String text(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isPlain(point)) {
                plain.appendCodePoint(point);
            } else {
                for (char part : Character.toChars(point)) {
                    plain.append(String.format("\\u%04x", (int) part));
                }
            }
        });
        return plain.toString();
    }

    /** The escaped text, truncated to a max length. */
    static String text(String text, int max) {
        return text.length() <= max ? text(text) : text(text.substring(0, max)) + "…";
    }

    /** The escaped text as one word: in quotes when it is empty or contains a space. */
    static String word(String text) {
        boolean several = text.isEmpty() || text.codePoints().anyMatch(Plain::separates);
        return several ? '"' + text(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"' : text(text);
    }

    private static boolean separates(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || "\"=\\".indexOf(point) >= 0;
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
