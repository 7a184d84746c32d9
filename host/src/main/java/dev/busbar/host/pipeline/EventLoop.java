package dev.busbar.host.pipeline;

/**
 * Marks the threads that read from all connections: where one of them waits, all its clients do. The server runs the
 * pipeline there; a step that may have to wait calls {@link #leave} first, and is done again by who has threads to wait
 * with. Any thread may call.
 */
public final class EventLoop {
    private static final ThreadLocal<Boolean> CURRENT = new ThreadLocal<>();

    /** Thrown by what cannot go on without waiting; nothing has been done by then. Carries no stack trace. */
    public static final class WouldBlockException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private WouldBlockException() {
            super("this may wait, and the thread must not", null, false, false);
        }
    }

    private EventLoop() {}

    /** Sends an invocation on its way on this thread, as {@link Interceptor#pass} does, where nothing may wait. */
    public static void pass(Invocation invocation, Interceptor.Next chain) {
        CURRENT.set(Boolean.TRUE);
        try {
            Interceptor.pass(invocation, chain);
        } finally {
            CURRENT.remove();
        }
    }

    /**
     * To be called before anything that may wait.
     *
     * @throws WouldBlockException on a thread that must not
     */
    public static void leave() {
        if (CURRENT.get() != null) {
            throw new WouldBlockException();
        }
    }
}
