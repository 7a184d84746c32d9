package dev.busbar.host.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.Roles;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of the host. What a look-up found is kept for four seconds, so that a change on any node holds everywhere
 * within five; a change on this node holds at once. While the store cannot be read, what was found in the last five
 * minutes still counts; what is not known is neither good nor bad then. Safe for any number of threads.
 */
public final class Keys {
    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    /** What an {@link AuditTrail} applies when a revocation could not be stored at once: the payload is {@code id time}. */
    public static final String REVOCATION = "key.revoke";

    private static final Duration KEPT = Duration.ofSeconds(4);
    private static final Duration KEPT_WITHOUT_STORE = Duration.ofMinutes(5);
    private static final int MOST_KEPT = 10_000;
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private final CredentialStore store;
    private final RoleBook roles;
    private final AccessStore access;
    private final AuditTrail audit;
    private final KeyUses uses;
    private final BootstrapKey bootstrap;
    private final Clock clock;
    private final Ticker ticker;
    private final String environment;
    private final Cache<ByteBuffer, Found> found;
    private final Cache<String, Found> current;
    /** Keys that were revoked here; the store may get to know it later. */
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();

    private final SecureRandom random = new SecureRandom();

    /** What a look-up found, and how many changes there had been before it. */
    private record Found(Optional<Authenticated> authenticated, long changes, long readNanos) {}

    /**
     * A key just made.
     *
     * @param key the whole key, which is shown this once
     * @param info what can be seen of it later
     */
    public record Created(String key, Info info) {
        @Override
        public String toString() {
            return "Created[" + info.id() + "]";
        }
    }

    /**
     * What can be seen of a key.
     *
     * @param id its public id
     * @param hint its last four letters
     * @param roles those it has now, of its owner's
     * @param permissions what it permits now
     * @param createdBy id of the principal that made it; empty for the bootstrap key
     * @param allowedFrom addresses and networks from which it may be used; empty for all
     * @param ratePlan empty for the usual one
     * @param rotatedFrom id of the key whose successor it is
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
            AuditTrail audit,
            KeyUses uses,
            BootstrapKey bootstrap) {}

    /**
     * The keys of a store.
     *
     * @param environment where new keys are for: {@code development}, {@code staging} or {@code production}
     */
    Keys(Parts parts, Clock clock, String environment, Ticker ticker) {
        ApiKey.part(environment);
        this.store = parts.store();
        this.roles = parts.roles();
        this.access = parts.access();
        this.audit = parts.audit();
        this.uses = parts.uses();
        this.bootstrap = parts.bootstrap();
        this.clock = clock;
        this.ticker = ticker;
        this.environment = environment;
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterWrite(KEPT_WITHOUT_STORE)
                .ticker(ticker)
                .executor(Runnable::run);
        this.found = cache.build();
        this.current = cache.build();
    }

    /**
     * Who presents a key; empty for one that is malformed, unknown, wrong, expired, revoked, or of a disabled owner,
     * without a sign of which it was. A malformed key costs no look-up. All others cost the same: what is kept is found
     * by the hash of the whole key, so knowing an id warms nothing, and one statement runs for each. Called on a server
     * thread for each request with a key.
     */
    public Optional<Authenticated> authenticate(String presented) {
        return authenticate(presented, Guard.NONE);
    }

    /** The same with somebody who is asked before the store is, for a key that is not known here. */
    public Optional<Authenticated> authenticate(String presented, Guard guard) {
        return ApiKey.parse(presented).flatMap(key -> {
            byte[] hash = key.hash();
            ByteBuffer name = ByteBuffer.wrap(hash);
            Supplier<Optional<OwnedKey>> lookUp = () -> store.find(key.id(), hash);
            boolean known = found.getIfPresent(name) != null;
            return good(find(found, name, known ? lookUp : () -> guard.lookUp(key.id(), lookUp)));
        });
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
     * Who holds the key of this id now; empty when it is unknown, expired, revoked, or of a disabled owner. For what is
     * bound to a key and was proven otherwise, such as a token whose signature fits. As current, and as cheap, as
     * {@link #authenticate}.
     */
    public Optional<Authenticated> current(String id) {
        return good(find(current, id, () -> store.current(id)));
    }

    private <N> Optional<Authenticated> find(Cache<N, Found> cache, N name, Supplier<Optional<OwnedKey>> lookUp) {
        long now = access.changes();
        Found kept = cache.getIfPresent(name);
        boolean fresh = kept != null && kept.changes() == now && ticker.read() - kept.readNanos() < KEPT.toNanos();
        if (kept == null || !fresh) {
            NonBlocking.requireWorker("looking a key up in the store");
            kept = read(now, lookUp, kept);
            cache.put(name, kept);
        }
        return kept.authenticated();
    }

    /** What is kept keeps its age where the store cannot be read, so that it ends all the same. */
    private Found read(long now, Supplier<Optional<OwnedKey>> lookUp, @Nullable Found kept) {
        try {
            Roles known = roles.current();
            return new Found(lookUp.get().map(owned -> owned.authenticated(known)), now, ticker.read());
        } catch (StoreException e) {
            if (kept != null && ticker.read() - kept.readNanos() < KEPT_WITHOUT_STORE.toNanos()) {
                return kept;
            }
            LOG.warn("a credential that is not known here cannot be checked: {}", e.getMessage());
            throw ProblemType.AUTHENTICATION_UNAVAILABLE
                    .problem("the credential cannot be checked now")
                    .withHeader("Retry-After", "5");
        }
    }

    private Optional<Authenticated> good(Optional<Authenticated> authenticated) {
        return authenticated.filter(key -> !key.isExpiredAt(clock.instant()) && !revoked.contains(key.keyId()));
    }

    /** Notes that a good key was used. Called on a server thread for each such request; cheap. */
    public void used(String id, String address) {
        uses.note(id, address);
    }

    /** Writes down when keys were last used. Called by {@code Host} each minute and at the end. */
    public void writeUses() {
        uses.write();
    }

    /** All keys, the oldest first. */
    public List<Info> list() {
        Roles known = roles.current();
        return store.list().stream().map(owned -> owned.info(known)).toList();
    }

    /** One key, good or not. */
    public Optional<Info> find(String id) {
        return store.show(id).map(owned -> owned.info(roles.current()));
    }

    /**
     * Makes a key, and its owner if there is none of this id yet.
     *
     * @throws ProblemException 422 that names each member that does not fit; 403 when the key would permit what its
     *     creator may not, or is another's and its creator may not make principals; 409 when somebody else made its owner
     *     at the same moment
     */
    public Created create(NewKey wanted, Requester by) {
        ApiKey key = generate();
        return created(key, store.create(key, wanted, by));
    }

    private Created created(ApiKey key, OwnedKey owned) {
        return new Created(key.text(), owned.info(roles.current()));
    }

    /**
     * Changes a key.
     *
     * @throws ProblemException 404; 409 for one that has ended, or when nobody would be left who may do everything; 422
     *     that names each member that does not fit; 403 as for {@link #create}
     */
    public Info change(String id, Change change, Requester by) {
        return store.change(id, change, by).info(roles.current());
    }

    /**
     * Makes the successor of a key, with the same owner, rights and limits. A key has one successor: of those who ask at
     * the same time, one gets it.
     *
     * @param overlap how long the key itself may still be used; zero ends it at once
     * @param end when the successor ends; untouched for when the key itself was to end
     * @throws ProblemException 404; 409 for one that has ended or was rotated; 422; 403 as for {@link #create}
     */
    public Created rotate(String id, Duration overlap, Patched<Instant> end, Requester by) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw ProblemException.invalid("/overlap", "expected: a duration from PT0S to " + LONGEST_OVERLAP);
        }
        ApiKey successor = generate();
        OwnedKey owned = store.rotate(id, successor, overlap, end, by);
        bootstrap.forget(id);
        return created(successor, owned);
    }

    /**
     * Ends a key, at once on this node, whatever the store can do now. One that has ended may be ended again.
     *
     * @throws ProblemException 404; 409 for the last key of all that may do everything
     */
    public void revoke(String id, Requester by) {
        try {
            store.revoke(id, by);
        } catch (RuntimeException e) {
            if (e instanceof ProblemException problem && problem.status() < 500) {
                throw problem;
            }
            // Whether it is there, or the last one, cannot be seen then; it ends all the same, and on record later.
            LOG.warn("key {} is revoked here, and in the store when that can be written", id, e);
            revoked.add(id);
            AuditEvent event = AuditEvent.done(REVOCATION, by.actor(), "key:" + id, Map.of());
            audit.contain(event, id + " " + clock.instant());
        }
        bootstrap.forget(id);
    }

    /** Ends a key whose revocation an earlier process could not store, before anything is served. */
    void waits(String id) {
        revoked.add(id);
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

    /** Whether there is no key at all. */
    boolean isEmpty() {
        return store.isEmpty();
    }

    /**
     * Makes the first key, of a principal that may do everything.
     *
     * @return false when there is a key by now; nothing is changed then
     */
    boolean adopt(ApiKey key, String ownerId) {
        return store.adopt(key, ownerId);
    }
}
