package dev.busbar.host.revocations;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Revocations in memory, looked up at every use of a token. Safe for any number of threads. A revocation on this node
 * holds at once, before it is stored; one on another node as soon as it was read from the store, which
 * {@link #refresh} does every few seconds. A revocation is never undone, so entries are only added, and
 * dropped when their time is over.
 */
public final class Revocations {
    /** Age of the revocations in memory up to which they are relied on while the store cannot be read. */
    private static final Duration MAX_AGE = Duration.ofMinutes(5);
    /** Overlap of two reads, for transactions that began before the first and ended after it. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private static final Duration DELETION_INTERVAL = Duration.ofMinutes(10);

    private static final String REVOCATION = "token.revoke";

    private final RevocationStore store;
    private final AuditTrail audit;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<String, Revocation> tokens = new ConcurrentHashMap<>();
    private final Map<String, Revocation> subjects = new ConcurrentHashMap<>();
    private final Map<String, Revocation> keys = new ConcurrentHashMap<>();
    private final Object refreshing = new Object();
    private Instant seen = Instant.EPOCH;
    private Instant lastDeletion = Instant.EPOCH;
    private final Instant started;
    private final long startedNanos;
    private volatile long refreshedNanos;

    /**
     * Reads those of a store.
     *
     * @param nanos tells how much time has passed, whatever the clock is set to
     */
    public Revocations(Database database, AuditTrail audit, Clock clock, LongSupplier nanos) {
        this.store = new RevocationStore(database);
        this.audit = audit;
        audit.register(REVOCATION, store::apply, payload -> add(RevocationStore.read(payload)));
        this.clock = clock;
        this.nanos = nanos;
        this.started = clock.instant();
        this.startedNanos = nanos.getAsLong();
        refresh();
    }

    /** True when a token is revoked. */
    public boolean isRevoked(VerifiedToken token) {
        if (!tokens.isEmpty() && tokens.containsKey(name(token.issuer(), token.tokenId()))) {
            return true;
        }
        if (!keys.isEmpty() && isKeyRevoked(token.issuer(), token.keyId())) {
            return true;
        }
        Revocation subject = subjects.isEmpty() ? null : subjects.get(token.principalId());
        return subject != null
                && subject.cutOff()
                        .filter(cutOff -> !token.mayBeIssuedBy(cutOff))
                        .isEmpty();
    }

    /** True when a signing key of an issuer is revoked; the issuer is empty for this host. */
    public boolean isKeyRevoked(String issuer, String keyId) {
        return !keys.isEmpty() && keys.containsKey(name(issuer, keyId));
    }

    /** The earliest time of issue of a principal's next token that no earlier cut-off applies to. */
    public Instant earliestIssue(String principalId, Instant now) {
        Revocation subject = subjects.get(principalId);
        return subject == null
                ? now
                : subject.cutOff()
                        .filter(cutOff -> !cutOff.isAfter(now))
                        .map(cutOff -> cutOff.plusSeconds(1))
                        .filter(now::isBefore)
                        .orElse(now);
    }

    /** A clock that was set ahead and back must not end a revocation: both it and the time that has passed must say so. */
    private static Instant earlier(Instant wall, Instant passed) {
        return wall.isBefore(passed) ? wall : passed;
    }

    private static String name(String issuer, String name) {
        return issuer.isEmpty() ? name : issuer + ":" + name;
    }

    /**
     * Revokes a token, the tokens of a subject, or a key. The revocation takes effect on this node even if this throws, as it
     * is in memory before it is stored, and on every other node within seconds.
     *
     * @param actor the actor of the audit event
     * @throws RuntimeException when it could be neither stored nor spooled
     */
    public void revoke(Revocation revocation, Actor actor) {
        String target =
                revocation.kind().name().toLowerCase(Locale.ROOT) + ":" + name(revocation.issuer(), revocation.name());
        Map<String, String> details = revocation
                .cutOff()
                .map(cutOff -> Map.of("cutOff", cutOff.toString()))
                .orElse(Map.of());
        add(revocation);
        audit.contain(AuditEvent.done(REVOCATION, actor, target, details), RevocationStore.payload(revocation));
    }

    private void add(Revocation revocation) {
        String name = name(revocation.issuer(), revocation.name());
        switch (revocation.kind()) {
            case TOKEN -> tokens.put(name, revocation);
            case KEY -> keys.put(name, revocation);
            case SUBJECT -> subjects.merge(revocation.name(), revocation, Revocations::later);
        }
    }

    private static Revocation later(Revocation one, Revocation other) {
        return one.cutOff().orElse(Instant.MAX).isAfter(other.cutOff().orElse(Instant.MAX)) ? one : other;
    }

    /** Reads the revocations of other nodes, and drops expired ones. Called every few seconds, by one thread. */
    public void refresh() {
        synchronized (refreshing) {
            long beganNanos = nanos.getAsLong();
            Instant now = earlier(clock.instant(), started.plusNanos(beganNanos - startedNanos));
            for (Revocation revocation : store.since(seen.minus(OVERLAP))) {
                add(revocation);
                seen = revocation.at().filter(seen::isBefore).orElse(seen);
            }
            refreshedNanos = beganNanos;
            for (Map<String, Revocation> kind : List.of(tokens, subjects, keys)) {
                kind.values()
                        .removeIf(revocation ->
                                revocation.endsAt().filter(now::isAfter).isPresent());
            }
            if (now.isAfter(lastDeletion.plus(DELETION_INTERVAL))) {
                lastDeletion = now;
                store.forget(now);
            }
        }
    }

    /** True when the revocations in memory are too old to be relied on. */
    public boolean isStale() {
        return nanos.getAsLong() - refreshedNanos > MAX_AGE.toNanos();
    }

    /** The newest stored revocations, the newest first. */
    public List<Revocation> newest(int max) {
        return store.newest(max);
    }
}
