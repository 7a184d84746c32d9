package dev.busbar.host.entry;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass of an entry through a door: offered to threads, run once by one of them. {@link #cancel}, {@link #interrupt}
 * and {@link #describe} may be called by any thread.
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

    /** The place in {@link Visits}, whose own it is. */
    int slot;

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

    boolean begin() {
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

    /** Cancels the visit while it is queued; returns false when it has begun. */
    public boolean cancel() {
        synchronized (lock) {
            boolean queued = !begun;
            begun = true;
            over |= queued;
            return queued;
        }
    }

    /** Clears an interrupt of this visit, so that the next one on this thread does not get it. */
    private void end() {
        synchronized (lock) {
            thread = null;
            over = true;
            boolean unused = Thread.interrupted();
        }
    }

    /** Returns whether the entry has left, or was cancelled. */
    public boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    Entry.Kind kind() {
        return entry.kind();
    }

    /** Interrupts the entry if it is running; later work of the thread never gets the interrupt. */
    public void interrupt() {
        synchronized (lock) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Ends it because the gate was closed by force; interrupts it, if it may be interrupted. */
    void cut() {
        entry.cut();
        if (entry.mayBeInterrupted()) {
            interrupt();
        }
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
