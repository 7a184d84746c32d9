package dev.busbar.drill;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Everything that may be wanted of one plugin, after what was answered and what is still under way. A change takes effect
 * once, at some time between its request and its answer, and one without an answer at any time or never; so this follows
 * every order that is possible, and an answer strikes out those that it rules out. Thread-safe.
 */
final class Possible {
    private Set<Point> points;
    private final Set<Change> open = new LinkedHashSet<>();

    /**
     * One of them.
     *
     * @param done which of the open changes have taken effect
     */
    private record Point(Wanted wanted, Set<Change> done) {
        Point with(Change change, Wanted next) {
            Set<Change> more = new HashSet<>(done);
            more.add(change);
            return new Point(next, Set.copyOf(more));
        }

        Point without(Change change) {
            Set<Change> less = new HashSet<>(done);
            less.remove(change);
            return new Point(wanted, Set.copyOf(less));
        }
    }

    /** Where it is certain. */
    Possible(Wanted wanted) {
        points = Set.of(new Point(wanted, Set.of()));
    }

    /** Somebody is about to ask for a change. */
    synchronized void begin(Change change) {
        open.add(change);
    }

    /** An answer was heard; false when no order explains it, and nothing is struck out then. */
    synchronized boolean end(Change change, Change.Outcome outcome) {
        spread();
        boolean explained = keep(point ->
                outcome == Change.Outcome.EITHER || point.done().contains(change) == (outcome == Change.Outcome.DONE));
        points = points.stream().map(point -> point.without(change)).collect(Collectors.toSet());
        open.remove(change);
        return explained;
    }

    /** This was seen; false when no order explains it, and nothing is struck out then. */
    synchronized boolean saw(Predicate<Wanted> seen) {
        spread();
        return keep(point -> seen.test(point.wanted()));
    }

    private boolean keep(Predicate<Point> which) {
        Set<Point> kept = points.stream().filter(which).collect(Collectors.toSet());
        if (!kept.isEmpty()) {
            points = kept;
        }
        return !kept.isEmpty();
    }

    private void spread() {
        Set<Point> all = new HashSet<>(points);
        Deque<Point> next = new ArrayDeque<>(points);
        while (!next.isEmpty()) {
            Point point = next.remove();
            for (Change change : open) {
                if (!point.done().contains(change)) {
                    point.wanted()
                            .after(change)
                            .map(wanted -> point.with(change, wanted))
                            .filter(all::add)
                            .ifPresent(next::add);
                }
            }
        }
        points = all;
    }

    /** The changes that nobody has heard of yet. */
    synchronized Set<Change> open() {
        return Set.copyOf(open);
    }

    /** Everything that may be wanted now. */
    synchronized Collection<Wanted> all() {
        spread();
        return points.stream().map(Point::wanted).collect(Collectors.toSet());
    }
}
