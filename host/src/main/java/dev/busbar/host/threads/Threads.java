package dev.busbar.host.threads;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Factory of all threads and executors of the host but those of {@link BoundedPool}. All threads are daemons, are named,
 * inherit nothing from the thread that creates them (neither thread-locals nor its access control context), and have an
 * explicit context class loader: the host's by default. Stateless; any thread may call.
 */
public final class Threads {
    private static final long IDLE_SECONDS = 5;
    private static final ClassLoader HOST = Threads.class.getClassLoader();

    private Threads() {}

    /** A factory of numbered threads, such as {@code busbar-inbox-1}, with the host's class loader. */
    public static ThreadFactory factory(String name) {
        return factory(name, HOST);
    }

    /** A factory of numbered threads with the class loader of a generation. */
    static ThreadFactory factory(String name, ClassLoader loader) {
        AtomicInteger number = new AtomicInteger();
        return task -> thread(name + "-" + number.incrementAndGet(), task, loader);
    }

    /** Starts a thread for one task. */
    public static void start(String name, Runnable task) {
        thread(name, task, HOST).start();
    }

    private static Thread thread(String name, Runnable task, ClassLoader loader) {
        Thread thread = withoutCallers(() -> new Thread(null, task, name, 0, false));
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        return thread;
    }

    /**
     * Creates a thread that does not inherit the access control context of the caller. Up to JDK 23 a thread holds that
     * context for its whole life, and with it the class loader of every class that is on the stack when it is created.
     */
    @SuppressWarnings("removal") // nothing else cuts the stack, and where it is gone threads inherit no context
    private static Thread withoutCallers(PrivilegedAction<Thread> creation) {
        return AccessController.doPrivileged(creation);
    }

    /** A fixed number of threads with an unbounded queue. All threads are started at once. */
    public static ExecutorService prestarted(String name, int count) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        int unused = threads.prestartAllCoreThreads();
        return threads;
    }

    /** A max number of threads with an unbounded queue; a thread ends after a few idle seconds. */
    public static ExecutorService idling(String name, int count) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** One thread per concurrent task, without a queue; a thread ends after an idle minute. */
    public static ExecutorService unbounded(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), factory(name));
    }

    /** One thread that runs scheduled tasks; a cancelled task leaves its queue immediately. */
    public static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> thread(name, task, HOST));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
