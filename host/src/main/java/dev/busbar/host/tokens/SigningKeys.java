package dev.busbar.host.tokens;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerificationKey;
import dev.busbar.host.revocations.Revocations;
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
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys the host signs its tokens with. The newest one that has begun to signs; an older one verifies until the last
 * token it can have signed has expired, and never signs again: when the one that signs is revoked a new one is made at
 * once. Any other new key is published some minutes before it signs, so that every node, and whoever caches the
 * published set, knows it by then. Several nodes share them; each looks at the store every few seconds. Reading is safe
 * for any number of threads and takes no lock; changes are made one at a time.
 */
final class SigningKeys implements TrustedIssuer.Keys {
    /** How long a new key is published before it signs, and how long the published set may be cached. */
    static final Duration LEAD = Duration.ofMinutes(5);
    /** For clocks of nodes that differ. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Of a key after which there is none yet. */
    private static final Instant OPEN = Instant.parse("9999-01-01T00:00:00Z");

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** Of two nodes that make a key at once one loses, and uses the key of the other if it fits. */
    private static final int ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final SigningKeyStore store;
    private final Revocations revocations;
    private final TokenSettings settings;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of());
    private volatile long lookedNanos;

    /** Snapshot of the stored keys, the oldest first. */
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

    /**
     * Reads the keys of a store, and makes the first one when there is none.
     *
     * @param nanos tells how much time has passed, whatever the clock is set to
     */
    SigningKeys(Database database, Revocations revocations, TokenSettings settings, Clock clock, LongSupplier nanos) {
        this.store = new SigningKeyStore(database);
        this.revocations = revocations;
        this.settings = settings;
        this.clock = clock;
        this.nanos = nanos;
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
        boolean due = nanos.getAsLong() - lookedNanos > BETWEEN_LOOKS.toNanos();
        if (due && !snapshot.byId().containsKey(keyId) && changing.tryLock()) {
            try {
                look();
            } catch (RuntimeException e) {
                throw unavailable(e);
            } finally {
                changing.unlock();
            }
        }
        return find(keyId);
    }

    /**
     * The key to sign with now; makes one when that is revoked.
     *
     * @throws KeysUnavailableException when there is none and the store cannot take one at this moment
     */
    SigningKey signing() {
        return signing(clock.instant()).orElseGet(() -> {
            changing.lock();
            try {
                return ensureSigning();
            } catch (RuntimeException e) {
                throw unavailable(e);
            } finally {
                changing.unlock();
            }
        });
    }

    private static RuntimeException unavailable(RuntimeException failure) {
        return Database.isUnavailable(failure)
                ? new KeysUnavailableException("the store cannot be read or written")
                : failure;
    }

    /** The newest key that has begun; empty when it is revoked: those before it may be over, or forgotten elsewhere. */
    private Optional<SigningKey> signing(Instant now) {
        List<SigningKey> keys = snapshot.keys();
        for (int i = keys.size() - 1; i >= 0; i--) {
            SigningKey key = keys.get(i);
            if (!key.signsFrom().isAfter(now)) {
                return Optional.of(key).filter(begun -> !isRevoked(begun));
            }
        }
        return Optional.empty();
    }

    private boolean isRevoked(SigningKey key) {
        return revocations.isKeyRevoked("", key.id());
    }

    /** Under the lock. */
    private SigningKey ensureSigning() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            lookAndTidy();
            Optional<SigningKey> signing = signing(clock.instant());
            if (signing.isPresent()) {
                return signing.get();
            }
            make(clock.instant());
        }
        return signing(clock.instant())
                .orElseThrow(() -> new KeysUnavailableException("other nodes make keys that do not sign yet"));
    }

    /** Reads the keys of other nodes, makes the next key when it is due, deletes keys whose tokens have expired. */
    void keepUp() {
        changing.lock();
        try {
            SigningKey signing = ensureSigning();
            Instant now = clock.instant();
            SigningKey newest = newest().orElse(signing);
            if (!now.plus(LEAD).isBefore(newest.signsFrom().plus(settings.rotateEvery()))) {
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
            lookAndTidy();
            Instant now = clock.instant();
            if (newest().filter(key -> key.signsFrom().isAfter(now)).isEmpty()) {
                make(now.plus(LEAD));
            }
        } finally {
            changing.unlock();
        }
    }

    private Optional<SigningKey> newest() {
        List<SigningKey> keys = snapshot.keys();
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    /** Under the lock. Nothing is added where another node has added a key of the same number meanwhile. */
    private void make(Instant signsFrom) {
        int seq = newest().map(SigningKey::seq).orElse(0) + 1;
        SigningKey key = new SigningKey(
                seq, UUID.randomUUID().toString(), RsaKeys.generate(), signsFrom, settings.longestLife());
        if (store.add(key, clock.instant())) {
            LOG.info("made the signing key {}, which signs from {}", key.id(), signsFrom);
        }
        look();
    }

    /**
     * Under the lock. A key that was revoked before it began has signed nothing and never will: it is forgotten, so that
     * the one before it goes on.
     */
    private void lookAndTidy() {
        look();
        Instant now = clock.instant();
        List<SigningKey> idle = snapshot.keys().stream()
                .filter(key -> key.signsFrom().isAfter(now) && isRevoked(key))
                .toList();
        for (SigningKey key : idle) {
            store.remove(key.id());
            LOG.info("forgot the signing key {}, which was revoked before it began to sign", key.id());
        }
        if (!idle.isEmpty()) {
            look();
        }
    }

    private void look() {
        lookedNanos = nanos.getAsLong();
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

    /** The published key set (RFC 7517 section 5): the keys that verify now or will. */
    Map<String, Object> published() {
        Instant now = clock.instant();
        List<Map<String, String>> keys = new ArrayList<>();
        snapshot.byId().values().stream()
                .filter(held -> now.isBefore(held.until()) && !isRevoked(held.key()))
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
        int signing = signing(now).map(SigningKey::seq).orElse(0);
        return snapshot.byId().values().stream()
                .map(held -> new Shown(
                        held.key().id(),
                        state(held.key(), signing),
                        held.key().signsFrom(),
                        Optional.of(held.until()).filter(until -> !until.equals(OPEN))))
                .toList();
    }

    private String state(SigningKey key, int signing) {
        if (isRevoked(key)) {
            return "revoked";
        }
        return key.seq() == signing ? "signing" : key.seq() > signing ? "next" : "verifying";
    }
}
