package dev.busbar.host.lifecycle;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of the host for tasks that threads of plugins hand over. All are there from the beginning: one that was made on
 * a plugin's thread would inherit its class loader, and keep it. Stateless.
 */
public final class HostThreads {
    private HostThreads() {}

    /** Daemon threads, as many as said; what they do not get to waits. */
    public static ExecutorService fixed(String name, int count) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                GenerationPool.threads(name, HostThreads.class.getClassLoader()));
        int unused = threads.prestartAllCoreThreads();
        return threads;
    }
}
