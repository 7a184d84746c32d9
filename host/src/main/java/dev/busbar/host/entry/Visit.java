package dev.busbar.host.entry;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way through a door: offered to threads, run by one of them, left. Runs once. {@link #cancel},
 * {@link #interrupt} and {@link #describe} may come from any thread.
 */
public final class Visit implements Runnable {
    private static final int STACK_DEPTH = 12;
    private static final StackTraceElement[] LEFT = {};

    private final Door door;
    private final Entry entry;
    private final Object lock = new Object();
    private boolean begun;
    private boolean over;
    private @Nullable Thread thread;
    private volatile long beganNanos;

    Visit(Door door, Entry entry) {
        this.door = door;
        this.entry = entry;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            door.pass(this, entry);
        } finally {
            end();
            entry.left();
        }
    }

    private boolean begin() {
        synchronized (lock) {
            if (begun) {
                return false;
            }
            begun = true;
            beganNanos = System.nanoTime();
            thread = Thread.currentThread();
            return true;
        }
    }

    /** Takes it out of the queue; returns false when it has begun. */
    public boolean cancel() {
        synchronized (lock) {
            boolean queued = !begun;
            begun = true;
            over |= queued;
            return queued;
        }
    }

    /** An interrupt that came for this visit must not hit the next one on its thread. */
    private void end() {
        synchronized (lock) {
            thread = null;
            over = true;
            boolean unused = Thread.interrupted();
        }
    }

    /** Whether it has left, or was cancelled. */
    public boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    Entry.Kind kind() {
        return entry.kind();
    }

    /** Interrupts it, if it is inside; an interrupt never reaches what the thread does afterwards. */
    public void interrupt() {
        synchronized (lock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    boolean mayBeInterrupted() {
        return entry.mayBeInterrupted();
    }

    RunningEntry describe() {
        StackTraceElement[] stack;
        synchronized (lock) {
            stack = thread == null ? LEFT : thread.getStackTrace();
        }
        List<String> top = Arrays.stream(stack)
                .limit(STACK_DEPTH)
                .map(StackTraceElement::toString)
                .toList();
        return RunningEntry.of(entry, beganNanos, top);
    }
}
