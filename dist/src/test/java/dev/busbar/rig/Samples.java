package dev.busbar.rig;

import java.util.Arrays;
import java.util.Locale;

/** Measured values, all kept, so that percentiles are exact. Thread-safe. */
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

    /** Adds all of them to others. */
    public synchronized void copyTo(Samples others) {
        for (int i = 0; i < count; i++) {
            others.add(values[i]);
        }
    }

    /** How many values there are. */
    public synchronized int count() {
        return count;
    }

    /** The smallest value that at least this share of all are not above; 0 when there is none. */
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

    /** The value in the middle. */
    public long median() {
        return percentile(50);
    }

    /** The largest value. */
    public long max() {
        return percentile(100);
    }

    /** A percentile of nanoseconds, as milliseconds. */
    public String millis(double percent) {
        double millis = percentile(percent) / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.1f", millis);
    }
}
