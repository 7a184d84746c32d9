package dev.busbar.host.leaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The threads that hold a class loader, the thread locals and the shutdown hooks. Stateless. */
final class ThreadSuspects {
    /** The thread of all timeouts of the JDK until JDK 24; its queue is searched separately. */
    private static final String DELAYER = "CompletableFutureDelayScheduler";

    private ThreadSuspects() {}

    static Stream<String> threads(HolderSearch search) {
        return search.threads().stream()
                .filter(live -> holds(search, live.thread()))
                .map(live -> "thread " + live.thread().getName() + live.at());
    }

    private static boolean holds(HolderSearch search, Thread thread) {
        if (search.target().owns(thread) || search.target().owns(contextLoader(thread))) {
            return true;
        }
        return search.references()
                .leadsFrom(
                        thread.getName().equals(DELAYER)
                                ? OpenPackage.read(Thread.class, "inheritedAccessControlContext", thread)
                                : thread);
    }

    /** Not read from a thread whose class is a plugin's, because the accessor could be code of that plugin. */
    private static @Nullable ClassLoader contextLoader(Thread thread) {
        ClassLoader loader = thread.getClass().getClassLoader();
        return loader == null || loader == ThreadSuspects.class.getClassLoader()
                ? thread.getContextClassLoader()
                : null;
    }

    static Stream<String> threadLocals(HolderSearch search) {
        return search.threads().stream()
                .map(HolderSearch.LiveThread::thread)
                .filter(thread -> leadsFrom(search, thread, "threadLocals")
                        || leadsFrom(search, thread, "inheritableThreadLocals"))
                .map(thread -> "thread local of thread " + thread.getName());
    }

    /** Searches the values only: a thread holds the thread locals themselves weakly. */
    private static boolean leadsFrom(HolderSearch search, Thread thread, String field) {
        return search.references().leadsFrom(OpenPackage.read(Thread.class, field, thread));
    }

    static Stream<String> shutdownHooks(HolderSearch search) {
        return hooks().stream().filter(hook -> holds(search, hook)).map(hook -> "shutdown hook " + hook.getName());
    }

    /** The shutdown hooks of this JVM, where its package is open. */
    static List<Thread> hooks() {
        Optional<Class<?>> type = OpenPackage.type("java.lang.ApplicationShutdownHooks");
        if (type.isEmpty() || !(OpenPackage.read(type.get(), "hooks", null) instanceof Map<?, ?> hooks)) {
            return List.of();
        }
        // the lock of the JDK for them
        synchronized (type.get()) {
            return hooks.keySet().stream()
                    .filter(Thread.class::isInstance)
                    .map(Thread.class::cast)
                    .toList();
        }
    }
}
