package dev.busbar.host.lifecycle;

import dev.busbar.host.routing.Workers;

/** The threads of the host's own slow routes, so that a maintainer's upload holds no server thread. Thread-safe. */
public final class HostPool implements Workers, AutoCloseable {
    private static final int THREADS = 16;
    private static final int QUEUE = 64;

    private final GenerationPool pool =
            new GenerationPool("busbar-admin", HostPool.class.getClassLoader(), THREADS, QUEUE);

    @Override
    public boolean offer(Runnable task) {
        return pool.offer(task);
    }

    @Override
    public void close() {
        pool.close();
    }
}
