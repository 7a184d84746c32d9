package dev.busbar.host.leaks;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One search for the holders of a class loader: its target, the walk along references, and the live threads. It holds the
 * loader itself, so it lives no longer than the search. Used by one thread.
 *
 * @param threads all live threads, by name
 */
record HolderSearch(TargetLoader target, ReferenceWalk references, List<LiveThread> threads) {
    /**
     * A live thread.
     *
     * @param at its top frame behind " at ", or nothing
     */
    record LiveThread(Thread thread, String at) {}

    static HolderSearch on(ClassLoader loader) {
        TargetLoader target = new TargetLoader(loader);
        List<LiveThread> threads = Thread.getAllStackTraces().entrySet().stream()
                .map(entry -> new LiveThread(
                        entry.getKey(),
                        Stream.of(entry.getValue())
                                .findFirst()
                                .map(frame -> " at " + frame)
                                .orElse("")))
                .sorted(Comparator.comparing(live -> live.thread().getName()))
                .toList();
        return new HolderSearch(target, new ReferenceWalk(target), threads);
    }
}
