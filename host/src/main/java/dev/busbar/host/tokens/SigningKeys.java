package dev.busbar.host.tokens;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerificationKey;
import dev.busbar.host.revocations.Revocations;
import dev.busbar.host.store.Database;
import java.security.KeyPair;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signing keys of the host, shared by all nodes, each of which polls the store. The newest key that has begun signs;
 * an older one verifies until the last token that it can have signed has expired, and never signs again: when the signing
 * key is revoked, a new one is generated at once. Any other new key is published some minutes before it signs, so that
 * every node and every cache of the published set knows it by then. Reading is safe for any number of threads and takes
 * no lock; changes are made one at a time.
 */
final class SigningKeys implements TrustedIssuer.Keys {
    /** Time from publication to use of a new key, and maximum age of the published set in caches. */
    static final Duration LEAD = Duration.ofMinutes(5);
    /** Tolerance for different clocks of nodes. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** End of a key without a successor. */
    private static final Instant OPEN = Instant.parse("9999-01-01T00:00:00Z");

    private static final Duration MIN_POLL_INTERVAL = Duration.ofSeconds(1);
    /** Attempts to generate a key: of two nodes that do so at once, one loses and uses the key of the other if it fits. */
    private static final int ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final SigningKeyStore store;
    private final Revocations revocations;
    private final TokenSettings settings;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Supplier<KeyPair> pairs;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of());
    private volatile long polledNanos;

    /** Snapshot of the stored keys, the oldest first. */
    private record Snapshot(List<SigningKey> keys, Map<String, Known> byId) {}

    /** A key with its verification half, and the time until which that verifies. */
    private record Known(SigningKey key, VerificationKey verifying, Instant until) {}

    /** Reads the keys of a store, and generates the first one if there is none. */
    SigningKeys(Database database, Revocations revocations, TokenSettings settings, Tokens.Sources sources) {
        this.store = new SigningKeyStore(database);
        this.revocations = revocations;
        this.settings = settings;
        this.clock = sources.clock();
        this.nanos = sources.nanos();
        this.pairs = sources.pairs();
        poll();
        snapshot.keys().forEach(key -> store.raiseMaxLifetime(key.id(), settings.longestLife()));
        keepUp();
    }

    @Override
    public Optional<VerificationKey> find(String keyId) {
        Known known = snapshot.byId().get(keyId);
        return known == null || !clock.instant().isBefore(known.until()) || revocations.isKeyRevoked("", keyId)
                ? Optional.empty()
                : Optional.of(known.verifying());
    }

    /** Polls the store for an unknown key, at most once a second: another node may just have generated it. */
    @Override
    public Optional<VerificationKey> lookFor(String keyId) {
        boolean due = nanos.getAsLong() - polledNanos > MIN_POLL_INTERVAL.toNanos();
        if (due && !snapshot.byId().containsKey(keyId) && changing.tryLock()) {
            try {
                poll();
            } catch (RuntimeException e) {
                throw unavailable(e);
            } finally {
                changing.unlock();
            }
        }
        return find(keyId);
    }

    /**
     * The current signing key; generates one if that is revoked.
     *
     * @throws KeysUnavailableException when there is none and none can be stored now
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

    /** The newest key that has begun; empty if it is revoked: on other nodes an earlier key may have ended or been deleted. */
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

    /** Called under the lock. */
    private SigningKey ensureSigning() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            pollAndTidy();
            Optional<SigningKey> signing = signing(clock.instant());
            if (signing.isPresent()) {
                return signing.get();
            }
            generate(clock.instant());
        }
        return signing(clock.instant())
                .orElseThrow(() -> new KeysUnavailableException("the keys of other nodes do not sign yet"));
    }

    /** Reads the keys of other nodes, generates the next key when it is due, deletes keys whose tokens have expired. */
    void keepUp() {
        changing.lock();
        try {
            SigningKey signing = ensureSigning();
            Instant now = clock.instant();
            SigningKey newest = newest().orElse(signing);
            if (!now.plus(LEAD).isBefore(newest.signsFrom().plus(settings.rotateEvery()))) {
                generate(now.plus(LEAD));
            }
            snapshot.byId().values().stream()
                    .filter(known -> now.isAfter(known.until().plus(Duration.ofDays(1))))
                    .forEach(known -> store.remove(known.key().id()));
        } finally {
            changing.unlock();
        }
    }

    /** Generates the next key now, whatever the age of the signing key. */
    void rotate() {
        changing.lock();
        try {
            pollAndTidy();
            Instant now = clock.instant();
            if (newest().filter(key -> key.signsFrom().isAfter(now)).isEmpty()) {
                generate(now.plus(LEAD));
            }
        } finally {
            changing.unlock();
        }
    }

    private Optional<SigningKey> newest() {
        List<SigningKey> keys = snapshot.keys();
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    /** Called under the lock. Adds no key if another node has added one with the same number meanwhile. */
    private void generate(Instant signsFrom) {
        int seq = newest().map(SigningKey::seq).orElse(0) + 1;
        SigningKey key =
                new SigningKey(seq, UUID.randomUUID().toString(), pairs.get(), signsFrom, settings.longestLife());
        if (store.add(key, clock.instant())) {
            LOG.info("generated the signing key {}, which signs from {}", key.id(), signsFrom);
        }
        poll();
    }

    /**
     * Called under the lock. Deletes a key that was revoked before it began, which has signed nothing and never will, so
     * that the one before it stays the signing key.
     */
    private void pollAndTidy() {
        poll();
        Instant now = clock.instant();
        List<SigningKey> idle = snapshot.keys().stream()
                .filter(key -> key.signsFrom().isAfter(now) && isRevoked(key))
                .toList();
        for (SigningKey key : idle) {
            store.remove(key.id());
            LOG.info("deleted the signing key {}, which was revoked before it began to sign", key.id());
        }
        if (!idle.isEmpty()) {
            poll();
        }
    }

    private void poll() {
        polledNanos = nanos.getAsLong();
        List<SigningKey> keys = store.all();
        Map<String, Known> before = snapshot.byId();
        Map<String, Known> byId = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            SigningKey key = keys.get(i);
            Instant until = i + 1 == keys.size()
                    ? OPEN
                    : keys.get(i + 1).signsFrom().plus(key.maxLifetime()).plus(SLACK);
            Known earlier = before.get(key.id());
            VerificationKey verifying = earlier != null
                    ? earlier.verifying()
                    : new VerificationKey(key.id(), Algorithm.RS256, key.pair().getPublic(), clock);
            byId.put(key.id(), new Known(key, verifying, until));
        }
        snapshot = new Snapshot(List.copyOf(keys), byId);
    }

    /** The published key set (RFC 7517 section 5): the keys that verify now or will. */
    Map<String, Object> published() {
        Instant now = clock.instant();
        List<Map<String, String>> keys = new ArrayList<>();
        snapshot.byId().values().stream()
                .filter(known -> now.isBefore(known.until()) && !isRevoked(known.key()))
                .forEach(known -> keys.add(published(known.key())));
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
    List<Tokens.Key> list() {
        Instant now = clock.instant();
        int signing = signing(now).map(SigningKey::seq).orElse(0);
        return snapshot.byId().values().stream()
                .map(known -> new Tokens.Key(
                        known.key().id(),
                        state(known.key(), signing),
                        known.key().signsFrom(),
                        Optional.of(known.until()).filter(until -> !until.equals(OPEN))))
                .toList();
    }

    private String state(SigningKey key, int signing) {
        if (isRevoked(key)) {
            return "revoked";
        }
        return key.seq() == signing ? "signing" : key.seq() > signing ? "next" : "verifying";
    }
}
