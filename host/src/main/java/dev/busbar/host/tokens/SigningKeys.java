package dev.busbar.host.tokens;

import dev.busbar.host.store.Database;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys the host signs its tokens with. The newest one that has begun to signs; an older one verifies until the last
 * token it can have signed has expired. A new key is published some minutes before it signs, so that every node, and
 * whoever caches the published set, knows it by then. Several nodes share them; each looks at the store every few
 * seconds. Reading is safe for any number of threads and takes no lock; changes are made one at a time.
 */
final class SigningKeys implements KeySource {
    /** How long a new key is published before it signs, and how long the published set may be cached. */
    static final Duration LEAD = Duration.ofMinutes(5);
    /** For clocks of nodes that differ. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Of a key after which there is none yet. */
    private static final Instant OPEN = Instant.parse("9999-01-01T00:00:00Z");

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final SigningKeyStore store;
    private final Revocations revocations;
    private final TokenSettings settings;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of());
    private volatile Instant lookedAt = Instant.EPOCH;

    /** What was in the store at a moment; keys oldest first. */
    private record Snapshot(List<SigningKey> keys, Map<String, Held> byId) {}

    /** A key ready to verify, until when. */
    private record Held(SigningKey key, VerificationKey verifying, Instant until) {}

    /**
     * A key as it is shown.
     *
     * @param state {@code next}, {@code signing}, {@code verifying} or {@code revoked}
     * @param verifiesUntil empty while nothing newer is known
     */
    record Shown(String id, String state, Instant signsFrom, Optional<Instant> verifiesUntil) {}

    /** Reads the keys of a store, and makes the first one when there is none. */
    SigningKeys(Database database, Revocations revocations, TokenSettings settings, Clock clock) {
        this.store = new SigningKeyStore(database);
        this.revocations = revocations;
        this.settings = settings;
        this.clock = clock;
        look();
        snapshot.keys().forEach(key -> store.lengthen(key.id(), settings.longestLife()));
        keepUp();
    }

    @Override
    public Optional<VerificationKey> find(String keyId) {
        Held held = snapshot.byId().get(keyId);
        return held == null || !clock.instant().isBefore(held.until()) || revocations.isKeyRevoked("", keyId)
                ? Optional.empty()
                : Optional.of(held.verifying());
    }

    /** Another node may have made a key in this second: the store is asked, at most once a second. */
    @Override
    public Optional<VerificationKey> lookFor(String keyId) {
        boolean due = clock.instant().isAfter(lookedAt.plus(BETWEEN_LOOKS));
        if (due && !snapshot.byId().containsKey(keyId) && changing.tryLock()) {
            try {
                look();
            } finally {
                changing.unlock();
            }
        }
        return find(keyId);
    }

    /** The key to sign with now; makes one when all that have begun to sign are revoked. */
    SigningKey signing() {
        return signing(clock.instant()).orElseGet(() -> {
            changing.lock();
            try {
                look();
                return signing(clock.instant()).orElseGet(() -> make(clock.instant()));
            } finally {
                changing.unlock();
            }
        });
    }

    private Optional<SigningKey> signing(Instant now) {
        List<SigningKey> keys = snapshot.keys();
        for (int i = keys.size() - 1; i >= 0; i--) {
            SigningKey key = keys.get(i);
            if (!key.signsFrom().isAfter(now) && !revocations.isKeyRevoked("", key.id())) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** Sees what other nodes did, makes the next key when it is time, forgets those that verify nothing any more. */
    void keepUp() {
        changing.lock();
        try {
            look();
            Instant now = clock.instant();
            Optional<SigningKey> newest = newestGood();
            if (newest.isEmpty()) {
                make(now);
            } else if (!now.plus(LEAD).isBefore(newest.get().signsFrom().plus(settings.rotateEvery()))) {
                make(now.plus(LEAD));
            }
            snapshot.byId().values().stream()
                    .filter(held -> now.isAfter(held.until().plus(Duration.ofDays(1))))
                    .forEach(held -> store.remove(held.key().id()));
        } finally {
            changing.unlock();
        }
    }

    /** Makes the next key now, whatever the age of the one that signs. */
    void rotate() {
        changing.lock();
        try {
            look();
            Instant now = clock.instant();
            if (newestGood().filter(newest -> newest.signsFrom().isAfter(now)).isEmpty()) {
                make(now.plus(LEAD));
            }
        } finally {
            changing.unlock();
        }
    }

    private Optional<SigningKey> newestGood() {
        List<SigningKey> keys = snapshot.keys();
        for (int i = keys.size() - 1; i >= 0; i--) {
            if (!revocations.isKeyRevoked("", keys.get(i).id())) {
                return Optional.of(keys.get(i));
            }
        }
        return Optional.empty();
    }

    /** Under the lock. Of two nodes that do this at once one loses, and uses the other's key. */
    private SigningKey make(Instant signsFrom) {
        List<SigningKey> keys = snapshot.keys();
        int seq = keys.isEmpty() ? 1 : keys.get(keys.size() - 1).seq() + 1;
        SigningKey key = new SigningKey(
                seq, UUID.randomUUID().toString(), RsaKeys.generate(), signsFrom, settings.longestLife());
        if (store.add(key, clock.instant())) {
            LOG.info("made the signing key {}, which signs from {}", key.id(), signsFrom);
        }
        look();
        return signing(clock.instant()).orElse(key);
    }

    private void look() {
        lookedAt = clock.instant();
        List<SigningKey> keys = store.all();
        Map<String, Held> before = snapshot.byId();
        Map<String, Held> byId = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            SigningKey key = keys.get(i);
            Instant until = i + 1 == keys.size()
                    ? OPEN
                    : keys.get(i + 1).signsFrom().plus(key.longestLife()).plus(SLACK);
            Held known = before.get(key.id());
            VerificationKey verifying = known != null
                    ? known.verifying()
                    : new VerificationKey(key.id(), Algorithm.RS256, key.pair().getPublic(), clock);
            byId.put(key.id(), new Held(key, verifying, until));
        }
        snapshot = new Snapshot(List.copyOf(keys), byId);
    }

    /** The published set (RFC 7517 section 5): what verifies now or will. */
    Map<String, Object> published() {
        Instant now = clock.instant();
        List<Map<String, String>> keys = new ArrayList<>();
        snapshot.byId().values().stream()
                .filter(held -> now.isBefore(held.until())
                        && !revocations.isKeyRevoked("", held.key().id()))
                .forEach(held -> keys.add(published(held.key())));
        return Map.of("keys", keys);
    }

    private static Map<String, String> published(SigningKey key) {
        RSAPublicKey rsa = (RSAPublicKey) key.pair().getPublic();
        Map<String, String> members = new LinkedHashMap<>();
        members.put("kty", "RSA");
        members.put("use", "sig");
        members.put("alg", Algorithm.RS256.name());
        members.put("kid", key.id());
        members.put("n", RsaKeys.base64Url(rsa.getModulus()));
        members.put("e", RsaKeys.base64Url(rsa.getPublicExponent()));
        return members;
    }

    /** All keys, the oldest first. */
    List<Shown> list() {
        Instant now = clock.instant();
        String signing = signing(now).map(SigningKey::id).orElse("");
        return snapshot.byId().values().stream()
                .map(held -> new Shown(
                        held.key().id(),
                        state(held.key(), signing, now),
                        held.key().signsFrom(),
                        Optional.of(held.until()).filter(until -> !until.equals(OPEN))))
                .toList();
    }

    private String state(SigningKey key, String signing, Instant now) {
        if (revocations.isKeyRevoked("", key.id())) {
            return "revoked";
        }
        if (key.id().equals(signing)) {
            return "signing";
        }
        return key.signsFrom().isAfter(now) ? "next" : "verifying";
    }
}
