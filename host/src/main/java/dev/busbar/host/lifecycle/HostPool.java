package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Workers;

/** The threads of some of the host's own slow routes, so that none of them holds a server thread. Thread-safe. */
public final class HostPool implements Workers, AutoCloseable {
    private static final int THREADS = 16;
    private static final int PUBLIC_THREADS = 8;
    private static final int QUEUE = 64;

    private final GenerationPool pool;

    /** Of the routes that need a permission. */
    public HostPool() {
        this("busbar-admin", THREADS);
    }

    private HostPool(String name, int threads) {
        pool = new GenerationPool(name, HostPool.class.getClassLoader(), threads, QUEUE);
    }

    /** Of the routes that read what anybody may send: whoever keeps all of these busy keeps no maintainer out. */
    public static HostPool ofPublicRoutes() {
        return new HostPool("busbar-public", PUBLIC_THREADS);
    }

    @Override
    public boolean offer(Runnable task) {
        return pool.offer(task);
    }

    @Override
    public void close() {
        pool.close();
    }
}
