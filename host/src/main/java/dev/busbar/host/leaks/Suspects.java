package dev.busbar.host.leaks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names what may hold a class loader that should be gone. It names and does no more: nothing is changed, no code of the
 * plugin is called, and nothing of the loader is kept. Never throws. Takes milliseconds, and a second at the very most.
 * Stateless; may be called from any thread.
 */
final class Suspects {
    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);
    private static final String UNKNOWN = "holder unknown";
    private static final int MOST = 32;

    /** One finder a kind of holder. */
    private static final List<Function<Look, Stream<String>>> KINDS = List.of(
            ThreadSuspects::threads,
            ThreadSuspects::threadLocals,
            ThreadSuspects::shutdownHooks,
            RegistrySuspects::mbeans,
            RegistrySuspects::drivers,
            RegistrySuspects::providers,
            RegistrySuspects::timeouts);

    private Suspects() {}

    /** At least one line: each holder that was found, else the field of the host that leads there, else unknown. */
    static List<String> of(ClassLoader loader) {
        Look look = Look.on(loader);
        Set<String> named = new LinkedHashSet<>();
        KINDS.forEach(kind -> named.addAll(found(kind, look)));
        if (named.isEmpty()) {
            named.addAll(found(Suspects::fieldsOfTheHost, look));
        }
        return named.isEmpty()
                ? List.of(unknown(Opened.closed(), RegistrySuspects.hidesTimeouts()))
                : named.stream().limit(MOST).toList();
    }

    private static List<String> found(Function<Look, Stream<String>> kind, Look look) {
        try {
            return kind.apply(look).limit(MOST).toList();
        } catch (RuntimeException | LinkageError e) {
            // What is looked at belongs to others, who change it meanwhile; a look that fails has found nothing.
            LOG.debug("a look for holders failed", e);
            return List.of();
        }
    }

    private static Stream<String> fieldsOfTheHost(Look look) {
        Stream<Thread> live = look.threads().stream().map(Look.Live::thread);
        return look
                .reach()
                .through(Stream.concat(live, ThreadSuspects.hooks().stream()).toList())
                .stream();
    }

    /** The sentence for a loader that nothing was found to hold, with what could not be looked at. */
    static String unknown(List<Opened> closed, boolean hidesTimeouts) {
        if (closed.isEmpty() && !hidesTimeouts) {
            return UNKNOWN;
        }
        String behind = Stream.concat(
                        closed.stream().map(Opened::behind),
                        hidesTimeouts ? Stream.of("pending timeouts") : Stream.of())
                .collect(Collectors.joining(", "));
        String advice = closed.isEmpty() ? "" : "; " + Opened.advice(closed);
        return UNKNOWN + " (the JVM does not let the host look at " + behind + advice + ")";
    }
}
