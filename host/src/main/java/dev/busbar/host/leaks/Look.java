package dev.busbar.host.leaks;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One look for the holders of a class loader: what is looked for, how far can be seen, and the threads there are. Lives
 * no longer than that, because it holds the loader.
 *
 * @param threads all that live, by name
 */
record Look(Held held, Reach reach, List<Live> threads) {
    /**
     * A thread that lives.
     *
     * @param at its top frame behind " at ", or nothing
     */
    record Live(Thread thread, String at) {}

    static Look on(ClassLoader loader) {
        Held held = new Held(loader);
        List<Live> threads = Thread.getAllStackTraces().entrySet().stream()
                .map(entry -> new Live(
                        entry.getKey(),
                        Stream.of(entry.getValue())
                                .findFirst()
                                .map(frame -> " at " + frame)
                                .orElse("")))
                .sorted(Comparator.comparing(live -> live.thread().getName()))
                .toList();
        return new Look(held, new Reach(held), threads);
    }
}
