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
 * The search for holders of a class loader that should have been collected. It changes nothing, calls no code of the
 * plugin, and keeps no reference to the loader. Never throws. Takes milliseconds, at most a second. Stateless; may be
 * called from any thread.
 */
final class Suspects {
    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);
    private static final String UNKNOWN = "holder unknown";
    private static final int MAX_SUSPECTS = 32;

    /** The finders, one per kind of holder. */
    private static final List<Function<HolderSearch, Stream<String>>> KINDS = List.of(
            ThreadSuspects::threads,
            ThreadSuspects::threadLocals,
            ThreadSuspects::shutdownHooks,
            RegistrySuspects::mbeans,
            RegistrySuspects::drivers,
            RegistrySuspects::providers,
            RegistrySuspects::timeouts);

    private Suspects() {}

    /**
     * The holders that were found, else the field of the host that leads to the loader, else one line that the holder
     * is unknown.
     */
    static List<String> of(ClassLoader loader) {
        HolderSearch search = HolderSearch.on(loader);
        Set<String> named = new LinkedHashSet<>();
        KINDS.forEach(kind -> named.addAll(found(kind, search)));
        if (named.isEmpty()) {
            named.addAll(found(Suspects::fieldsOfTheHost, search));
        }
        return named.isEmpty()
                ? List.of(unknown(OpenPackage.closed(), RegistrySuspects.hidesTimeouts()))
                : named.stream().limit(MAX_SUSPECTS).toList();
    }

    private static List<String> found(Function<HolderSearch, Stream<String>> kind, HolderSearch search) {
        try {
            return kind.apply(search).limit(MAX_SUSPECTS).toList();
        } catch (RuntimeException | LinkageError e) {
            // The searched objects change concurrently; a search that fails has found nothing.
            LOG.debug("a search for holders failed", e);
            return List.of();
        }
    }

    private static Stream<String> fieldsOfTheHost(HolderSearch search) {
        Stream<Thread> live = search.threads().stream().map(HolderSearch.LiveThread::thread);
        return search
                .references()
                .through(Stream.concat(live, ThreadSuspects.hooks().stream()).toList())
                .stream();
    }

    /** The text for a loader without a known holder, with the places that could not be searched. */
    static String unknown(List<OpenPackage> closed, boolean hidesTimeouts) {
        if (closed.isEmpty() && !hidesTimeouts) {
            return UNKNOWN;
        }
        String behind = Stream.concat(
                        closed.stream().map(OpenPackage::behind),
                        hidesTimeouts ? Stream.of("pending timeouts") : Stream.of())
                .collect(Collectors.joining(", "));
        String advice = closed.isEmpty() ? "" : "; " + OpenPackage.advice(closed);
        return UNKNOWN + " (the JVM does not let the host look at " + behind + advice + ")";
    }
}
