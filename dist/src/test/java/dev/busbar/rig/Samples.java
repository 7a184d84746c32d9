package dev.busbar.rig;

import java.util.Arrays;
import java.util.Locale;

/** Measured values, all retained, so that percentiles are exact. Thread-safe. */
public final class Samples {
    private long[] values = new long[1024];
    private int count;
    private boolean sorted = true;

    /** Adds a value. */
    public synchronized void add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
        sorted = false;
    }

    /** Adds all values to another set. */
    public synchronized void copyTo(Samples others) {
        for (int i = 0; i < count; i++) {
            others.add(values[i]);
        }
    }

    /** The number of values. */
    public synchronized int count() {
        return count;
    }

    /** A percentile by nearest rank; 0 without values. */
    public synchronized long percentile(double percent) {
        if (count == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(values, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(percent / 100 * count);
        return values[Math.max(0, Math.min(count - 1, rank - 1))];
    }

    /** The median. */
    public long median() {
        return percentile(50);
    }

    /** The maximum. */
    public long max() {
        return percentile(100);
    }

    /** A percentile of nanoseconds, as milliseconds. */
    public String millis(double percent) {
        double millis = percentile(percent) / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.1f", millis);
    }
}
