package dev.busbar.host.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who may start at the same time: what was being started when the host died starts alone, after all others, so that a
 * second death tells who it was. What a person has asked for waits for nobody. Confined to the thread that decides.
 */
final class StartGate {
    private final Deque<Runnable> others = new ArrayDeque<>();
    private final Deque<Runnable> suspects = new ArrayDeque<>();
    private int running;
    private boolean alone;

    /** How a start stands to the others. */
    enum Turn {
        /** Now, whatever else goes on. */
        AT_ONCE,
        /** Beside others, but not beside a suspect. */
        BESIDE_OTHERS,
        /** Beside nobody. */
        ALONE
    }

    /** Runs a start when its turn comes; each that was run is followed by one {@link #leave}. */
    void enter(Turn turn, Runnable start) {
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
    void leave() {
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

    /** Nobody waits any more: the host stops, and each start finds that out by itself. */
    void open() {
        alone = false;
        others.addAll(suspects);
        suspects.clear();
        next();
    }
}
