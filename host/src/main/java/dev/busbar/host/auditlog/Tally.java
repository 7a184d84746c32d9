package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts of events that are not recorded yet, one count for each actor, action, target, outcome and network. The number
 * of counts is bounded; events beyond it are counted together as overflow. May be called from any thread.
 */
final class Tally {
    /** The action of the overflow. */
    static final String OVERFLOW = "audit.overflow";

    private final int max;
    private final Object lock = new Object();
    private Map<Key, Count> counts = new LinkedHashMap<>();

    private record Key(String action, String actor, String network, String target, AuditEvent.Outcome outcome) {
        static Key of(AuditEvent event) {
            return new Key(
                    event.action(),
                    event.actor().id(),
                    event.actor().address().map(Networks::of).orElse(""),
                    event.target(),
                    event.outcome());
        }
    }

    /**
     * Events that are recorded as one.
     *
     * @param event the properties that all of them have
     */
    record Count(AuditEvent event, long times, Instant first, Instant last) {
        Count plus(Count other) {
            return new Count(
                    common(event, other.event),
                    times + other.times,
                    first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last);
        }

        /** The event to be recorded, with the count in its details. */
        AuditEvent counted() {
            Map<String, String> details = new TreeMap<>(event.details());
            details.put("count", String.valueOf(times));
            details.put("first", first.toString());
            details.put("last", last.toString());
            return new AuditEvent(event.action(), event.actor(), event.target(), event.outcome(), details);
        }
    }

    Tally(int max) {
        this.max = max;
    }

    void add(AuditEvent event, Instant now) {
        put(new Count(Texts.fitShort(event), 1, now, now));
    }

    private void put(Count count) {
        Key key = Key.of(count.event());
        synchronized (lock) {
            boolean fits = counts.size() < max || counts.containsKey(key);
            Count counted = fits ? count : overflow(count);
            counts.merge(fits ? key : Key.of(counted.event()), counted, Count::plus);
        }
    }

    private static Count overflow(Count count) {
        AuditEvent event = new AuditEvent(OVERFLOW, Actor.HOST, "audit:counts", AuditEvent.Outcome.REFUSED, Map.of());
        return new Count(event, count.times(), count.first(), count.last());
    }

    /** Removes and returns all counts, in the order of their first events. */
    List<Count> take() {
        synchronized (lock) {
            List<Count> taken = new ArrayList<>(counts.values());
            counts = new LinkedHashMap<>();
            return taken;
        }
    }

    /** Restores counts that could not be recorded. */
    void restore(List<Count> taken) {
        taken.forEach(this::put);
    }

    /** The properties that two events of one key share; returns the first event itself if nothing of it differs. */
    private static AuditEvent common(AuditEvent one, AuditEvent other) {
        Actor a = one.actor();
        Actor b = other.actor();
        boolean bare = one.details().isEmpty()
                && a.keyId().isEmpty()
                && a.correlationId().isEmpty();
        boolean placed =
                a.address().equals(b.address()) || a.address().map(Networks::of).equals(a.address());
        if (bare && placed) {
            return one;
        }
        Optional<String> address =
                a.address().equals(b.address()) ? a.address() : a.address().map(Networks::of);
        Actor actor = new Actor(
                a.id(),
                a.kind(),
                a.keyId().filter(id -> b.keyId().equals(Optional.of(id))),
                address,
                a.correlationId().filter(id -> b.correlationId().equals(Optional.of(id))));
        Map<String, String> details = new TreeMap<>(one.details());
        details.entrySet().retainAll(other.details().entrySet());
        return new AuditEvent(one.action(), actor, one.target(), one.outcome(), details);
    }
}
