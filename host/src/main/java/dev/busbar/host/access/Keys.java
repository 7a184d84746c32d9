package dev.busbar.host.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.reads.StoreReads;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of the host. Look-ups are cached for four seconds, so that a change on any node holds everywhere within
 * five; a change on this node holds at once. While the store is slow or unavailable, cached look-ups of the last five
 * minutes are used at once, and one look-up in the background finds out when it is back; for other keys authentication
 * is unavailable. Safe for any number of threads.
 */
public final class Keys {
    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    /** The containment action of a revocation; its payload is {@code id time}. */
    public static final String REVOCATION = "key.revoke";

    private static final Duration MAX_AGE = Duration.ofSeconds(4);
    private static final Duration MAX_AGE_WITHOUT_STORE = Duration.ofMinutes(5);
    private static final int MAX_CACHED = 10_000;
    private static final Duration MAX_OVERLAP = Duration.ofDays(30);

    private final CredentialStore store;
    private final RoleBook roles;
    private final AccessStore access;
    private final StoreReads reads;
    private final AuditTrail audit;
    private final KeyUses uses;
    private final BootstrapKey bootstrap;
    private final Clock clock;
    private final Ticker ticker;
    private final String environment;
    private final Cache<ByteBuffer, Found> found;
    private final Cache<String, Found> current;
    private final SecureRandom random = new SecureRandom();

    /** The result of a look-up, with the count of changes before it. */
    private record Found(Optional<Authenticated> authenticated, long changes, long readNanos) {}

    /**
     * A new key.
     *
     * @param key the whole key, which is shown only once
     * @param info the view of the key
     */
    public record Created(String key, Info info) {
        @Override
        public String toString() {
            return "Created[" + info.id() + "]";
        }
    }

    /**
     * The view of a key, without the secret.
     *
     * @param id its public id
     * @param hint its last four characters
     * @param roles the roles that it has now
     * @param permissions the permissions that it has now
     * @param createdBy id of the principal that created it; empty for the bootstrap key
     * @param allowedFrom addresses and networks from which it may be used; empty for all
     * @param ratePlan empty for the default plan
     * @param rotatedFrom id of its predecessor
     * @param rotatedTo id of its successor
     * @param lastUsedAt to the minute, and up to a minute late
     */
    public record Info(
            String id,
            String name,
            String hint,
            String owner,
            Kind kind,
            Set<String> roles,
            Set<String> permissions,
            Instant createdAt,
            Optional<String> createdBy,
            Optional<Instant> expiresAt,
            Optional<Instant> revokedAt,
            List<String> allowedFrom,
            Optional<String> ratePlan,
            Optional<String> rotatedFrom,
            Optional<String> rotatedTo,
            Optional<Instant> lastUsedAt,
            Optional<String> lastUsedFrom) {}

    /**
     * A change of a key, unchecked. Immutable.
     *
     * @param permissions the permissions it is reduced to; removed for all of its roles
     * @param expiresAt when it expires; removed for never
     * @param allowedFrom addresses and networks; removed for all
     * @param ratePlan removed for the default plan
     */
    public record Change(
            Patched<String> name,
            Patched<List<String>> permissions,
            Patched<Instant> expiresAt,
            Patched<List<String>> allowedFrom,
            Patched<String> ratePlan) {}

    /** The parts that {@link AccessControl} puts together. */
    record Parts(
            CredentialStore store,
            RoleBook roles,
            AccessStore access,
            StoreReads reads,
            AuditTrail audit,
            KeyUses uses,
            BootstrapKey bootstrap) {}

    /**
     * The keys of a store.
     *
     * @param environment the environment of new keys: {@code development}, {@code staging} or {@code production}
     */
    Keys(Parts parts, Clock clock, String environment, Ticker ticker) {
        ApiKey.part(environment);
        this.store = parts.store();
        this.roles = parts.roles();
        this.access = parts.access();
        this.reads = parts.reads();
        this.audit = parts.audit();
        this.uses = parts.uses();
        this.bootstrap = parts.bootstrap();
        this.clock = clock;
        this.ticker = ticker;
        this.environment = environment;
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MAX_CACHED)
                .expireAfterWrite(MAX_AGE_WITHOUT_STORE)
                .ticker(ticker)
                .executor(Runnable::run);
        this.found = cache.build();
        this.current = cache.build();
        access.onChange(this::drop);
    }

    /**
     * The caller behind a presented key; empty for a key that is malformed, unknown, wrong, expired, revoked, or of a
     * disabled owner, without a sign of which. A malformed key costs no look-up. A wrong key with a known id costs as much
     * as an unknown one: cache entries are found by the hash of the whole key, and one statement runs for any other. Called on a server
     * thread for each request with a key.
     */
    public Optional<Authenticated> authenticate(String presented) {
        return authenticate(presented, Guard.NONE);
    }

    /** The caller behind a presented key; a guard decides on the look-up of a key that is not cached. */
    public Optional<Authenticated> authenticate(String presented, Guard guard) {
        return ApiKey.parse(presented).flatMap(key -> {
            byte[] hash = key.hash();
            ByteBuffer name = ByteBuffer.wrap(hash);
            Found cached = found.getIfPresent(name);
            return valid(
                    cached != null && isFresh(cached)
                            ? cached
                            : refreshed(cached, () -> authenticated(key.id(), hash, name), key.id(), guard));
        });
    }

    private Found authenticated(String id, byte[] hash, ByteBuffer name) {
        long committed = access.committed();
        Found result = read(() -> store.find(id, hash));
        put(found, name, result, committed);
        if (result.authenticated().isPresent()) {
            // Before a change it is asked again by its id, perhaps without the store.
            put(current, id, result, committed);
        }
        return result;
    }

    /** Guards the look-up in the store of a key that is not cached. */
    public interface Guard {
        /** Looks every key up at once. */
        Guard NONE = new Guard() {
            @Override
            public <T> T lookUp(String keyId, Supplier<T> store) {
                return store.get();
            }
        };

        /** Looks a key up, now or later, or throws a problem. */
        <T> T lookUp(String keyId, Supplier<T> store);
    }

    /** The public id of a presented key; empty when it is malformed. */
    public static Optional<String> idOf(String presented) {
        return ApiKey.parse(presented).map(ApiKey::id);
    }

    /**
     * The caller behind the key of an id; empty when it is unknown, expired, revoked, or of a disabled owner. For a
     * credential that is bound to a key and verified otherwise, such as a token. As current, and as cheap, as
     * {@link #authenticate}.
     */
    public Optional<Authenticated> current(String id) {
        Found cached = current.getIfPresent(id);
        return valid(
                cached != null && isFresh(cached) ? cached : refreshed(cached, () -> currentNow(id), id, Guard.NONE));
    }

    private Found currentNow(String id) {
        long committed = access.committed();
        Found result = read(() -> store.current(id));
        put(current, id, result, committed);
        return result;
    }

    /**
     * The caller behind work that outlives the request it came from, such as a schedule: the newest key of a chain of
     * rotations, with what it permits now of a scope that was frozen. Empty when that key is revoked or expired, or its
     * owner disabled: a rotation carries the work over, a revocation ends it. Reads the store.
     *
     * @param rootId the id of the first key of the chain, which is that of the caller's account
     * @param scope the permissions of the caller when the work was handed in
     */
    public Optional<Caller> frozen(String rootId, Set<String> scope) {
        Roles known = roles.current();
        return reads.await(() -> store.newest(rootId), false)
                .map(owned ->
                        owned.authenticated(known, new KeyCredential(owned.key().id())))
                .filter(key -> !key.isExpiredAt(clock.instant()) && !access.isRevokedHere(key.keyId()))
                .map(key -> key.within(scope).caller());
    }

    /** Caches a result, unless this node has made a change since it was looked up. */
    private <N> void put(Cache<N, Found> cache, N name, Found result, long committed) {
        cache.put(name, result);
        if (access.committed() != committed) {
            cache.invalidate(name);
        }
    }

    /** Drops the cached keys that a change of this node was about, so that they are not used without the store. */
    private void drop(Predicate<Authenticated> changed) {
        for (Cache<?, Found> cache : List.of(found, current)) {
            cache.asMap()
                    .values()
                    .removeIf(result -> result.authenticated().filter(changed).isPresent());
        }
    }

    private boolean isFresh(Found cached) {
        return cached.changes() == access.changes() && ticker.read() - cached.readNanos() < MAX_AGE.toNanos();
    }

    /** Looks a key up; while the store is slow or unavailable, returns the cached result, whose age is unchanged. */
    private Found refreshed(@Nullable Found cached, Supplier<Found> lookUp, String keyId, Guard guard) {
        Found known = cached != null && isUsableWithoutStore(cached) ? cached : null;
        if (known != null && reads.isSlow()) {
            return known;
        }
        NonBlocking.requireWorker("looking a key up in the store");
        try {
            return cached == null
                    ? guard.lookUp(keyId, () -> reads.await(lookUp, false))
                    : reads.await(lookUp, known != null);
        } catch (StoreException e) {
            if (known != null) {
                return known;
            }
            LOG.warn("a credential that is not cached cannot be checked: {}", e.getMessage());
            throw ProblemType.AUTHENTICATION_UNAVAILABLE
                    .problem("the credential cannot be checked now")
                    .withHeader("Retry-After", "5");
        }
    }

    private boolean isUsableWithoutStore(Found cached) {
        return ticker.read() - cached.readNanos() < MAX_AGE_WITHOUT_STORE.toNanos();
    }

    private Found read(Supplier<Optional<OwnedKey>> store) {
        long changes = access.changes();
        long began = ticker.read();
        Roles known = roles.read();
        Optional<Authenticated> authenticated = store.get()
                .map(owned ->
                        owned.authenticated(known, new KeyCredential(owned.key().id())));
        return new Found(authenticated, changes, began);
    }

    private Optional<Authenticated> valid(Found result) {
        return result.authenticated()
                .filter(key -> !key.isExpiredAt(clock.instant()) && !access.isRevokedHere(key.keyId()));
    }

    /** The credential of a caller with a key. */
    private final class KeyCredential implements Caller.Credential {
        private final String id;

        KeyCredential(String id) {
            this.id = id;
        }

        @Override
        public boolean hasEnded() {
            return access.isRevokedHere(id);
        }

        @Override
        public Optional<Caller> current(Caller before, String address) {
            Optional<Caller> now = Keys.this
                    .current(id)
                    .filter(key -> key.mayComeFrom(address))
                    .map(Authenticated::caller);
            if (now.isEmpty()) {
                Actor actor = Actor.of(before.principal(), id, address, "");
                audit.count(new AuditEvent("auth.fail", actor, "key:" + id, AuditEvent.Outcome.REFUSED, Map.of()));
            }
            return now;
        }
    }

    /** Notes a use of a valid key. Called on a server thread for each such request; cheap. */
    public void used(String id, String address) {
        uses.note(id, address);
    }

    /** Stores the last uses of keys. Called by {@code Host} each minute and at the end. */
    public void writeUses() {
        uses.write();
    }

    /** All keys, the oldest first. */
    public List<Info> list() {
        Roles known = roles.current();
        return reads.await(store::list, false).stream()
                .map(owned -> owned.info(known))
                .toList();
    }

    /** The ids of the valid keys that a principal created, the oldest first; empty while the store is slow or unavailable. */
    public Optional<List<String>> createdBy(String principalId) {
        try {
            return Optional.of(reads.await(() -> store.createdBy(principalId, clock.instant()), true));
        } catch (StoreException e) {
            LOG.warn("the keys that {} created cannot be listed now", principalId, e);
            return Optional.empty();
        }
    }

    /** One key, valid or not. */
    public Optional<Info> find(String id) {
        return reads.await(() -> store.show(id), false).map(owned -> owned.info(roles.current()));
    }

    /**
     * Creates a key, and its owner if there is none with this id yet.
     *
     * @throws ProblemException 422 that names each invalid member; 403 when the key would permit what its creator may not,
     *     or is of another principal and its creator may not create principals; 409 when its owner was created by another
     *     request at the same time
     */
    public Created create(NewKey wanted, Requester by) {
        ApiKey key = generate();
        return new Created(key.text(), store.create(key, wanted, by));
    }

    /**
     * Changes a key.
     *
     * @throws ProblemException 404; 409 for a key that has ended, or when no administrator would be left; 422 that names
     *     each invalid member; 403 as for {@link #create}
     */
    public Info change(String id, Change change, Requester by) {
        return store.change(id, change, by);
    }

    /**
     * Creates the successor of a key, with the same owner, rights and limits. A key has one successor: of concurrent
     * requests, one succeeds.
     *
     * @param overlap the time for which the key itself may still be used; zero ends it at once
     * @param end the expiry of the successor; untouched for the expiry of the key itself
     * @throws ProblemException 404; 409 for a key that has ended or was rotated; 422; 403 as for {@link #create}
     */
    public Created rotate(String id, Duration overlap, Patched<Instant> end, Requester by) {
        if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
            throw ProblemException.invalid("/overlap", "expected: a duration from PT0S to " + MAX_OVERLAP);
        }
        ApiKey successor = generate();
        Info info = store.rotate(id, successor, overlap, end, by);
        bootstrap.forget(id);
        return new Created(successor.text(), info);
    }

    /**
     * Revokes a key, at once on this node even if the store is unavailable. A key that has ended may be revoked.
     *
     * @throws ProblemException 404; 409 for the last key of an administrator
     */
    public void revoke(String id, Requester by) {
        try {
            store.revoke(id, by);
        } catch (RuntimeException e) {
            if (e instanceof ProblemException problem && problem.status() < 500) {
                throw problem;
            }
            // Without the store it is unknown if the key exists or is the last one; it is revoked all the same, audited
            // later.
            LOG.warn("key {} is revoked on this node, and in the store when that can be written", id, e);
            access.revokeHere(id);
            AuditEvent event = AuditEvent.done(REVOCATION, by.actor(), "key:" + id, Map.of());
            audit.contain(event, id + " " + clock.instant());
        }
        bootstrap.forget(id);
    }

    /** Revokes a key whose revocation an earlier process could not store. Called before anything is served. */
    void revokePending(String id) {
        access.revokeHere(id);
    }

    ApiKey generate() {
        return ApiKey.generate(environment, random);
    }

    /**
     * Creates the bootstrap key if the store has no key: of the principal {@code admin}, who may do everything. Its file
     * {@code admin.key} in the data directory can be read by its owner only. Called by {@code Host} at start.
     *
     * @return the key, to be printed once; empty when the store has keys
     * @throws java.io.UncheckedIOException when the file cannot be written; nothing is stored then
     */
    public Optional<String> ensureBootstrapKey() {
        return bootstrap.ensure(this);
    }

    /** True if there is no key at all. */
    boolean isEmpty() {
        return store.isEmpty();
    }

    /**
     * Stores the first key, of a principal that may do everything.
     *
     * @return false if there is a key already; nothing is changed then
     */
    boolean adopt(ApiKey key, String ownerId) {
        return store.adopt(key, ownerId);
    }
}
