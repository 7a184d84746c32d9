package dev.busbar.host.starts;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The gate that decides which starts run at the same time: what was being started when the host crashed starts alone, after
 * all others, so that a second crash has one possible cause. A start that an operator has requested does not wait.
 * Confined to the thread that decides.
 */
public final class StartGate {
    private final Deque<Runnable> others = new ArrayDeque<>();
    private final Deque<Runnable> suspects = new ArrayDeque<>();
    private int running;
    private boolean alone;

    /** When a start may run. */
    public enum Turn {
        /** At once, whatever else is starting. */
        AT_ONCE,
        /** Beside others, but not beside a suspect. */
        BESIDE_OTHERS,
        /** With no other start under way. */
        ALONE
    }

    /** Runs a start when its turn comes; each start that was run is followed by one {@link #leave}. */
    public void enter(Turn turn, Runnable start) {
        switch (turn) {
            case AT_ONCE -> run(start);
            case BESIDE_OTHERS -> {
                if (alone) {
                    others.add(start);
                } else {
                    run(start);
                }
            }
            case ALONE -> {
                suspects.add(start);
                next();
            }
        }
    }

    /** A start has ended. */
    public void leave() {
        running--;
        if (running == 0) {
            alone = false;
        }
        next();
    }

    private void next() {
        while (!alone && !others.isEmpty()) {
            run(others.remove());
        }
        if (running == 0 && !suspects.isEmpty()) {
            alone = true;
            run(suspects.remove());
        }
    }

    private void run(Runnable start) {
        running++;
        start.run();
    }

    /** Lets all waiting starts run: the host stops, and each of them notices that. */
    public void open() {
        alone = false;
        others.addAll(suspects);
        suspects.clear();
        next();
    }
}
