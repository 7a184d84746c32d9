package dev.busbar.turbo;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Reads a number as people and JSON write it, where {@link Double#parseDouble} also takes NaN, 1d and 0x1p3. */
final class DecimalNumber {
    private static final Pattern PATTERN =
            Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,3})?");

    private DecimalNumber() {}

    static OptionalDouble parse(String text) {
        String stripped = text.strip();
        if (!PATTERN.matcher(stripped).matches()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Double.parseDouble(stripped));
    }
}
