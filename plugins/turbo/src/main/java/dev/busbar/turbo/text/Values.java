package dev.busbar.turbo.text;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Interprets the values of a table: one text for each number, and the texts that stand for a missing value. Used by the
 * threads that read tables; has no state.
 */
public final class Values {
    /**
     * The markers of missing values that pandas, R, Excel, SQL and web tables write, in lower case. Markers that pandas
     * reads as missing by default are among them.
     */
    private static final Set<String> MISSING = Set.of(
            // pandas, R, Python, JavaScript, SQL
            "na",
            "n/a",
            "<na>",
            "nan",
            "-nan",
            "nat",
            "none",
            "null",
            "nil",
            "undefined",
            "(null)",
            "\\n",
            "-1.#ind",
            "1.#ind",
            "-1.#qnan",
            "1.#qnan",
            // Excel
            "#n/a",
            "#n/a n/a",
            "#na",
            "#null!",
            "#div/0!",
            "#value!",
            "#ref!",
            "#name?",
            "#num!",
            "#spill!",
            "#calc!",
            "#field!",
            "#getting_data",
            "(blank)",
            // web tables, SAS, Stata, UCI
            "n.a.",
            "n.a",
            "n. a.",
            "missing",
            "?",
            ".",
            "..",
            "...",
            "\u2026",
            "-",
            "--",
            "---",
            "\u2212",
            "\u2013",
            "\u2014");

    private static final int MAX_MARKER_LENGTH =
            MISSING.stream().mapToInt(String::length).max().orElse(0);

    /** A decimal number; with leading zeros or a plus sign it is a code, such as a postcode. */
    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9]\\d{0,30})(?:\\.\\d{1,40})?(?:[eE][+-]?\\d{1,3})?");

    private static final int MAX_PLAIN_SCALE = 40;

    private static final Pattern WEIGHT =
            Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,3})?");

    private Values() {}

    /** The text of a value: the shortest decimal for a number, so that 1, 1.0 and 1e0 are equal; any other as it is. */
    public static String canonical(String text) {
        if (!mayHaveAnotherForm(text) || !NUMBER.matcher(text).matches()) {
            return text;
        }
        BigDecimal number = new BigDecimal(text).stripTrailingZeros();
        return Math.abs(number.scale()) <= MAX_PLAIN_SCALE ? number.toPlainString() : number.toString();
    }

    /** The number that people and JSON write so, where {@link Double#parseDouble} also accepts NaN, 1d and 0x1p3. */
    public static OptionalDouble number(String text) {
        String stripped = text.strip();
        if (!WEIGHT.matcher(stripped).matches()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Double.parseDouble(stripped));
    }

    /** Spares whole numbers and words the pattern, since it is asked of every value of a large table. */
    private static boolean mayHaveAnotherForm(String text) {
        if (text.isEmpty() || text.charAt(0) > '9') {
            return false;
        }
        return text.startsWith("-0") || text.indexOf('.') > 0 || text.indexOf('e') > 0 || text.indexOf('E') > 0;
    }

    /** Whether a text has no visible character: the no-break and zero-width spaces of web pages are invisible too. */
    public static boolean isBlank(String text) {
        return text.isEmpty() || text.codePoints().allMatch(Values::isInvisible);
    }

    /** Whether a text is a marker of a missing value, in any case and with blanks around it. */
    public static boolean isMissing(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isInvisible(text.charAt(start))) {
            start++;
        }
        while (start < end && isInvisible(text.charAt(end - 1))) {
            end--;
        }
        return end - start <= MAX_MARKER_LENGTH
                && MISSING.contains(text.substring(start, end).toLowerCase(Locale.ROOT));
    }

    private static boolean isInvisible(int character) {
        if (character > ' ' && character < 0x7f) {
            return false;
        }
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.FORMAT;
    }
}
