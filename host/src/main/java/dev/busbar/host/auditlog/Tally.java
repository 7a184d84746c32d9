package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts of events that are not recorded yet, one count for each actor, action, target, outcome and network. A count is
 * recorded soon after its first event, and then once a period, so that no flood makes the audit log grow without bound.
 * Unknown clients have half of the room, and an allowance of records; beyond either their networks are counted together.
 * Events of known actors beyond their half are counted together as overflow. May be called from any thread.
 */
final class Tally {
    /** The action of the overflow. */
    static final String OVERFLOW = "audit.overflow";

    /** The time between two records of one count. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    /** The time between two records of one count of unknown clients. */
    static final Duration UNKNOWN_PERIOD = Duration.ofMinutes(10);

    private static final Duration HOUR = Duration.ofHours(1);

    private final int half;
    private final int allowance;
    private final Object lock = new Object();
    private final Map<Key, Count> counts = new LinkedHashMap<>();
    private final Map<Key, Instant> recorded = new LinkedHashMap<>();
    private Instant hour = Instant.EPOCH;
    private int recordedInHour;
    private int unknowns;

    private record Key(
            String action, String actor, String network, String target, AuditEvent.Outcome outcome, boolean unknown) {
        static Key of(AuditEvent event) {
            return new Key(
                    event.action(),
                    event.actor().id(),
                    event.actor().address().map(Networks::of).orElse(""),
                    event.target(),
                    event.outcome(),
                    event.actor().kind().equals(Actor.UNKNOWN));
        }

        /** True for a count of unknown clients that names their network. */
        boolean namesNetwork() {
            return unknown && !network.isEmpty();
        }

        Duration period() {
            return unknown ? UNKNOWN_PERIOD : PERIOD;
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

        Count of(AuditEvent other) {
            return new Count(other, times, first, last);
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

    /**
     * An empty tally.
     *
     * @param max the count of counts in memory
     * @param allowance the count of records in an hour that name a network of unknown clients
     */
    Tally(int max, int allowance) {
        this.half = max / 2;
        this.allowance = allowance;
    }

    void add(AuditEvent event, Instant now) {
        Count count = new Count(Texts.fitShort(withoutCorrelationOfUnknown(event)), 1, now, now);
        synchronized (lock) {
            put(count);
        }
    }

    /** The correlation id of an unknown client is its own choice, and of no use in a count. */
    private static AuditEvent withoutCorrelationOfUnknown(AuditEvent event) {
        Actor actor = event.actor();
        if (!actor.kind().equals(Actor.UNKNOWN) || actor.correlationId().isEmpty()) {
            return event;
        }
        Actor plain = new Actor(actor.id(), actor.kind(), actor.keyId(), actor.address(), Optional.empty());
        return new AuditEvent(event.action(), plain, event.target(), event.outcome(), event.details());
    }

    private void put(Count count) {
        Key key = Key.of(count.event());
        boolean known = counts.containsKey(key);
        boolean fits = known || (key.unknown() ? unknowns : counts.size() - unknowns) < half;
        if (fits) {
            unknowns += known || !key.unknown() ? 0 : 1;
            counts.merge(key, count, Count::plus);
        } else if (key.namesNetwork()) {
            putWithoutNetwork(count);
        } else {
            Count overflow = count.of(
                    new AuditEvent(OVERFLOW, Actor.HOST, "audit:counts", AuditEvent.Outcome.REFUSED, Map.of()));
            counts.merge(Key.of(overflow.event()), overflow, Count::plus);
        }
    }

    /** Counts of all networks together need no room: there are as many as targets, which clients cannot make up. */
    private void putWithoutNetwork(Count count) {
        Count everywhere = count.of(withoutNetwork(count.event()));
        Key key = Key.of(everywhere.event());
        if (!counts.containsKey(key)) {
            unknowns++;
        }
        counts.merge(key, everywhere, Count::plus);
    }

    private static AuditEvent withoutNetwork(AuditEvent event) {
        Actor actor = event.actor();
        Actor anywhere = new Actor(actor.id(), actor.kind(), actor.keyId(), Optional.empty(), Optional.empty());
        return new AuditEvent(event.action(), anywhere, event.target(), event.outcome(), event.details());
    }

    /**
     * Removes and returns the counts that are due, in the order of their first events.
     *
     * @param all whether every count is due
     */
    List<Count> take(Instant now, boolean all) {
        synchronized (lock) {
            recorded.entrySet()
                    .removeIf(entry -> isPast(entry.getValue(), entry.getKey().period(), now));
            if (isPast(hour, HOUR, now)) {
                hour = now;
                recordedInHour = 0;
            }
            List<Count> taken = new ArrayList<>();
            List<Count> beyond = new ArrayList<>();
            Iterator<Map.Entry<Key, Count>> each = counts.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Key, Count> entry = each.next();
                if (!all && recorded.containsKey(entry.getKey())) {
                    continue;
                }
                each.remove();
                unknowns -= entry.getKey().unknown() ? 1 : 0;
                boolean named = entry.getKey().namesNetwork();
                if (named && recordedInHour >= allowance) {
                    beyond.add(entry.getValue());
                } else {
                    recordedInHour += named ? 1 : 0;
                    recorded.put(entry.getKey(), now);
                    taken.add(entry.getValue());
                }
            }
            beyond.forEach(this::putWithoutNetwork);
            if (all) {
                taken.addAll(counts.values());
                counts.clear();
                unknowns = 0;
            }
            return taken;
        }
    }

    private static boolean isPast(Instant time, Duration period, Instant now) {
        return Duration.between(time, now).abs().compareTo(period) >= 0;
    }

    /** Restores counts that could not be recorded. */
    void restore(List<Count> taken) {
        synchronized (lock) {
            for (Count count : taken) {
                Key key = Key.of(count.event());
                recorded.remove(key);
                recordedInHour -= key.namesNetwork() && recordedInHour > 0 ? 1 : 0;
                put(count);
            }
        }
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
