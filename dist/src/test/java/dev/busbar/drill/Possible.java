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
 * All possible target states of one plugin, given the responses so far and the changes in progress. A change takes effect once between its request and its response, or without a response at any time or never. This tracks every possible order, and a response eliminates those that contradict it. Thread-safe.
 */
final class Possible {
    private Set<Point> points;
    private final Set<Change> open = new LinkedHashSet<>();

    /**
     * One possibility.
     *
     * @param done the changes in progress that have taken effect
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

    /** A certain state. */
    Possible(Wanted wanted) {
        points = Set.of(new Point(wanted, Set.of()));
    }

    /** Registers a change that is about to be requested. */
    synchronized void begin(Change change) {
        open.add(change);
    }

    /** Applies a response; false if no order explains it, in which case nothing is eliminated. */
    synchronized boolean end(Change change, Change.Outcome outcome) {
        spread();
        boolean explained = keep(point ->
                outcome == Change.Outcome.EITHER || point.done().contains(change) == (outcome == Change.Outcome.DONE));
        points = points.stream().map(point -> point.without(change)).collect(Collectors.toSet());
        open.remove(change);
        return explained;
    }

    /** Applies an observation; false if no order explains it, in which case nothing is eliminated. */
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

    /** The changes without a response. */
    synchronized Set<Change> open() {
        return Set.copyOf(open);
    }

    /** All possible target states. */
    synchronized Collection<Wanted> all() {
        spread();
        return points.stream().map(Point::wanted).collect(Collectors.toSet());
    }
}
