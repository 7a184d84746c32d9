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
 * Failures and denials that are not recorded yet, those of one actor, action and target from one network together. Holds
 * so many of these and no more: what is beyond is counted as such. May be called from any thread.
 */
final class Tally {
    /** The action under which that is recorded for which there was no room. */
    static final String OVERFLOW = "audit.overflow";

    private final int most;
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
     * Some events that are one.
     *
     * @param event what they have in common
     */
    record Count(AuditEvent event, long times, Instant first, Instant last) {
        Count plus(Count other) {
            return new Count(
                    common(event, other.event),
                    times + other.times,
                    first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last);
        }

        /** The event to be recorded. */
        AuditEvent counted() {
            Map<String, String> details = new TreeMap<>(event.details());
            details.put("count", String.valueOf(times));
            details.put("first", first.toString());
            details.put("last", last.toString());
            return new AuditEvent(event.action(), event.actor(), event.target(), event.outcome(), details);
        }
    }

    Tally(int most) {
        this.most = most;
    }

    void add(AuditEvent event, Instant now) {
        put(new Count(Texts.fitShort(event), 1, now, now));
    }

    private void put(Count count) {
        Key key = Key.of(count.event());
        synchronized (lock) {
            boolean room = counts.size() < most || counts.containsKey(key);
            Count fitting = room ? count : overflow(count);
            counts.merge(room ? key : Key.of(fitting.event()), fitting, Count::plus);
        }
    }

    private static Count overflow(Count count) {
        AuditEvent event = new AuditEvent(OVERFLOW, Actor.HOST, "audit:counts", AuditEvent.Outcome.REFUSED, Map.of());
        return new Count(event, count.times(), count.first(), count.last());
    }

    /** All of them, in the order in which they began; they are not held here any more. */
    List<Count> take() {
        synchronized (lock) {
            List<Count> taken = new ArrayList<>(counts.values());
            counts = new LinkedHashMap<>();
            return taken;
        }
    }

    /** They could not be recorded. */
    void giveBack(List<Count> taken) {
        taken.forEach(this::put);
    }

    /** What of one also holds for the other, which has the same key; mostly one itself, when it has been others' before. */
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
