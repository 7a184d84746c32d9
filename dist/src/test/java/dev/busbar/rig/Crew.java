package dev.busbar.rig;

import java.util.ArrayList;
import java.util.List;

/** Threads that all do the same until they are told to stop. May be closed from any thread but their own. */
public final class Crew implements AutoCloseable {
    private static final long JOIN_MILLIS = 30_000;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** So many threads, which {@link #start} sets to work. */
    public Crew(String name, int size, Runnable work) {
        for (int i = 0; i < size; i++) {
            Thread thread = new Thread(work, name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    /** Once everything that they use is there. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Whether they are to go on. */
    public boolean isWanted() {
        return !stopping;
    }

    /** Has them stop, and waits until what they do has ended. */
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
