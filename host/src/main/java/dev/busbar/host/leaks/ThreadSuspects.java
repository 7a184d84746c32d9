package dev.busbar.host.leaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The threads that hold a class loader, the thread locals and the shutdown hooks. Stateless. */
final class ThreadSuspects {
    /** Until JDK 24 the one thread of all timeouts of the JDK: what is in its queue is looked at by itself. */
    private static final String DELAYER = "CompletableFutureDelayScheduler";

    private ThreadSuspects() {}

    static Stream<String> threads(Look look) {
        return look.threads().stream()
                .filter(live -> holds(look, live.thread()))
                .map(live -> "thread " + live.thread().getName() + live.at());
    }

    private static boolean holds(Look look, Thread thread) {
        if (look.held().owns(thread) || look.held().owns(contextLoader(thread))) {
            return true;
        }
        return look.reach()
                .leadsFrom(
                        thread.getName().equals(DELAYER)
                                ? Opened.read(Thread.class, "inheritedAccessControlContext", thread)
                                : thread);
    }

    /** Not asked of a thread whose class is a plugin's: the answer could be code of that plugin. */
    private static @Nullable ClassLoader contextLoader(Thread thread) {
        ClassLoader loader = thread.getClass().getClassLoader();
        return loader == null || loader == ThreadSuspects.class.getClassLoader()
                ? thread.getContextClassLoader()
                : null;
    }

    static Stream<String> threadLocals(Look look) {
        return look.threads().stream()
                .map(Look.Live::thread)
                .filter(thread ->
                        leadsFrom(look, thread, "threadLocals") || leadsFrom(look, thread, "inheritableThreadLocals"))
                .map(thread -> "thread local of thread " + thread.getName());
    }

    /** Only values count: a thread holds the thread local itself weakly. */
    private static boolean leadsFrom(Look look, Thread thread, String field) {
        return look.reach().leadsFrom(Opened.read(Thread.class, field, thread));
    }

    static Stream<String> shutdownHooks(Look look) {
        return hooks().stream().filter(hook -> holds(look, hook)).map(hook -> "shutdown hook " + hook.getName());
    }

    /** The shutdown hooks of this JVM, as far as it shows them. */
    static List<Thread> hooks() {
        Optional<Class<?>> type = Opened.type("java.lang.ApplicationShutdownHooks");
        if (type.isEmpty() || !(Opened.read(type.get(), "hooks", null) instanceof Map<?, ?> hooks)) {
            return List.of();
        }
        // the lock under which the JDK changes them
        synchronized (type.get()) {
            return hooks.keySet().stream()
                    .filter(Thread.class::isInstance)
                    .map(Thread.class::cast)
                    .toList();
        }
    }
}
