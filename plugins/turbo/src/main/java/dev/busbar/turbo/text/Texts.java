package dev.busbar.turbo.text;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows what a client sent in the text of a problem, without repeating all of a large input. */
public final class Texts {
    private static final int MAX_CHARACTERS = 60;
    private static final int MAX_NAMES = 20;

    private Texts() {}

    /** A text in quotation marks, shortened if it is long. */
    public static String quoted(String text) {
        return text.length() <= MAX_CHARACTERS
                ? '"' + text + '"'
                : '"' + text.substring(0, MAX_CHARACTERS) + "…\" (" + text.length() + " characters)";
    }

    /** Whole numbers without a fraction, others with one digit of it. */
    public static String number(double value) {
        return String.format(Locale.ROOT, Math.rint(value) == value ? "%.0f" : "%.1f", value);
    }

    /** Names in quotation marks, the first few of many. */
    public static String list(Collection<String> names) {
        String shown = names.stream().limit(MAX_NAMES).map(Texts::quoted).collect(Collectors.joining(", "));
        return names.size() <= MAX_NAMES ? shown : shown + " and " + (names.size() - MAX_NAMES) + " more";
    }
}
