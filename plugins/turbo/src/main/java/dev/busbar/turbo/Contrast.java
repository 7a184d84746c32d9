package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Measure;
import org.jspecify.annotations.Nullable;

/**
 * A number that compares two groups: a difference {@code group − reference}, or a ratio {@code group / reference}.
 *
 * @param group the group it speaks about
 * @param reference the group it is held against
 * @param value the point estimate; null when it is undefined
 * @param low the lower limit of the interval; null when there is none
 * @param high the upper limit of the interval; null when there is none
 * @param reason why something is null, or what was done at the edge of a formula; null when all is as usual
 */
record Contrast(
        String group,
        String reference,
        @Nullable Double value,
        @Nullable Double low,
        @Nullable Double high,
        @Nullable String reason) {

    static Contrast of(Group group, Group reference, Measure measure) {
        return new Contrast(
                group.name(), reference.name(), measure.value(), measure.low(), measure.high(), measure.reason());
    }
}
