package dev.busbar.host.cli;

/** Escapes text of others for a terminal: it stays on its line and steers nothing. Stateless. */
final class Plain {
    private Plain() {}

    /** The text with everything escaped that ends a line, steers a terminal or changes the direction of writing. */
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

    /** The same, at most so many characters of it. */
    static String text(String text, int most) {
        return text.length() <= most ? text(text) : text(text.substring(0, most)) + "…";
    }

    /** The same as one word: in quotes where it might be taken for several, or for none. */
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
