package dev.busbar.turbo.statistics;

import org.jspecify.annotations.Nullable;

/**
 * A number with its confidence interval. JSON has neither NaN nor infinity, so what is undefined, or beyond the largest
 * number, is null, and the reason says why.
 *
 * @param value the point estimate; null when it is undefined
 * @param low the lower limit of the interval; null when there is none
 * @param high the upper limit of the interval; null when there is none
 * @param reason why something is null, or what was done at the edge of a formula; null when all is as usual
 */
public record Measure(
        @Nullable Double value,
        @Nullable Double low,
        @Nullable Double high,
        @Nullable String reason) {
    private static final String BEYOND = "beyond the largest number that JSON can carry";

    /** Replaces what is not finite by null. */
    public Measure {
        if (!isFinite(value)) {
            value = null;
            low = null;
            high = null;
            reason = "the value is " + BEYOND;
        } else if (!isFinite(low) || !isFinite(high)) {
            String limit = (isFinite(low) ? "the upper limit" : "the lower limit") + " is " + BEYOND;
            low = isFinite(low) ? low : null;
            high = isFinite(high) ? high : null;
            reason = reason == null ? limit : reason + "; " + limit;
        }
    }

    private static boolean isFinite(@Nullable Double number) {
        return number == null || Double.isFinite(number);
    }

    /** A value with its interval. */
    public static Measure of(double value, double low, double high) {
        return new Measure(value, low, high, null);
    }

    /** A value whose interval is undefined. */
    public static Measure withoutInterval(double value, String reason) {
        return new Measure(value, null, null, reason);
    }

    /** Neither a value nor an interval. */
    public static Measure undefined(String reason) {
        return new Measure(null, null, null, reason);
    }

    /** The same value without its interval, for the reason given; an undefined measure stays as it is. */
    public Measure dropInterval(String why) {
        return value == null ? this : withoutInterval(value, why);
    }
}
