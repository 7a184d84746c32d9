package dev.busbar.host.schedules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The times of a schedule that have come. Immutable.
 *
 * @param first the first of them
 * @param last the last of them, in order; as many as were asked for, or all
 * @param count how many there are; a lower bound beyond {@value #MAX_COUNTED}
 * @param next the first time that has not come
 */
record Due(Instant first, List<Instant> last, int count, Instant next) {
    static final int MAX_COUNTED = 1_000;

    /**
     * The times from one that has come until now. Bounded work, however long nobody has looked: beyond a thousand times it
     * goes on shortly before now.
     *
     * @param keep how many of the last are wanted
     */
    static Due of(Recurrence recurrence, Instant first, Instant now, int keep) {
        Deque<Instant> last = new ArrayDeque<>();
        int count = 0;
        Instant at = first;
        while (!at.isAfter(now)) {
            last.addLast(at);
            if (last.size() > keep) {
                last.removeFirst();
            }
            count++;
            Instant shortly = now.minus(Duration.ofMinutes(keep));
            at = recurrence.next(count == MAX_COUNTED && shortly.isAfter(at) ? shortly : at);
        }
        return new Due(first, List.copyOf(last), count, at);
    }
}
