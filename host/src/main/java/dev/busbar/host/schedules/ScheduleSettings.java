package dev.busbar.host.schedules;

/**
 * The settings of schedules. Immutable.
 *
 * @param perPrincipal the max number of schedules of one principal
 * @param perPlatform the max number of schedules that one platform runs, whoever created them
 */
public record ScheduleSettings(int perPrincipal, int perPlatform) {
    /** The default settings. */
    public static final ScheduleSettings DEFAULTS = new ScheduleSettings(100, 1_000);

    private static final int MAX = 100_000;

    /** Validates the values. */
    public ScheduleSettings {
        requireCount("perPrincipal", perPrincipal);
        requireCount("perPlatform", perPlatform);
    }

    private static void requireCount(String name, int value) {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + MAX + ")");
        }
    }
}
