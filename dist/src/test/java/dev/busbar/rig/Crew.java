package dev.busbar.rig;

import java.util.ArrayList;
import java.util.List;

/** A group of threads that run the same task until closed. May be closed from any thread but its own. */
public final class Crew implements AutoCloseable {
    private static final long JOIN_MILLIS = 30_000;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** A number of threads, started by {@link #start}. */
    public Crew(String name, int size, Runnable work) {
        for (int i = 0; i < size; i++) {
            Thread thread = new Thread(work, name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    /** Starts the threads; called when everything they use is initialised. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Whether the threads should continue. */
    public boolean isWanted() {
        return !stopping;
    }

    /** Stops the threads and waits for their end. */
    @Override
    public void close() {
        stopping = true;
        long limit = System.nanoTime() + JOIN_MILLIS * 1_000_000;
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (limit - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
