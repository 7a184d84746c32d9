package dev.busbar.host.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The API keys of the host. What a look-up found is kept for five seconds, so that a change on any node holds everywhere
 * within that time; a change on this node holds at once. Safe for any number of threads.
 */
public final class Keys {
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final int MOST_KEPT = 10_000;
    private static final byte[] NO_HASH = new byte[32];

    private final Database database;
    private final Clock clock;
    private final String environment;
    private final PrincipalStore principals;
    private final KeyStore keys;
    private final Cache<ByteBuffer, Found> found;
    private final AtomicLong changes = new AtomicLong();
    private final SecureRandom random = new SecureRandom();

    /** What a look-up found, and how many changes there had been before it. */
    private record Found(Optional<Authenticated> authenticated, long changes) {}

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
            Optional<Instant> expiresAt) {}

    /**
     * The keys of a store.
     *
     * @param environment where new keys are for: {@code development}, {@code staging} or {@code production}
     */
    public Keys(Database database, Clock clock, String environment) {
        this(database, clock, environment, Ticker.systemTicker());
    }

    Keys(Database database, Clock clock, String environment, Ticker ticker) {
        ApiKey.part(environment);
        this.database = database;
        this.clock = clock;
        this.environment = environment;
        this.principals = new PrincipalStore(database);
        this.keys = new KeyStore(database);
        this.found = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Who presents a key; empty for one that is malformed, unknown, wrong, expired, or of a disabled owner, without a
     * sign of which it was. A malformed key costs no look-up. An unknown and a wrong one cost the same: what is kept is
     * found by the hash of the whole key, so knowing an id warms nothing, and one statement runs for both. Called on a
     * server thread for each request with a key.
     */
    public Optional<Authenticated> authenticate(String presented) {
        return ApiKey.parse(presented)
                .flatMap(this::lookUp)
                .filter(authenticated -> !authenticated.isExpiredAt(clock.instant()));
    }

    private Optional<Authenticated> lookUp(ApiKey key) {
        byte[] hash = key.hash();
        ByteBuffer name = ByteBuffer.wrap(hash);
        long now = changes.get();
        Found kept = found.getIfPresent(name);
        if (kept == null || kept.changes() != now) {
            kept = new Found(load(key.id(), hash), now);
            found.put(name, kept);
        }
        return kept.authenticated();
    }

    private Optional<Authenticated> load(String id, byte[] hash) {
        return database.jdbi().withHandle(handle -> {
            byte[] expected = keys.hash(handle, id).orElse(NO_HASH);
            if (!MessageDigest.isEqual(expected, hash)) {
                return Optional.empty();
            }
            return keys.find(handle, id)
                    .filter(owned -> owned.ownerDisabledAt() == null)
                    .map(owned -> owned.authenticated(RoleStore.roles(handle)));
        });
    }

    /** All keys, the oldest first. */
    public List<Info> list() {
        Roles roles = database.jdbi().withHandle(RoleStore::roles);
        return keys.list().stream().map(owned -> owned.info(roles)).toList();
    }

    /**
     * Makes a key, and its owner if there is none of this id yet.
     *
     * @throws ProblemException 422 that names each member that does not fit; 403 when the key would permit what its
     *     creator may not; 409 when somebody else made its owner at the same moment
     */
    public Created create(NewKey wanted, Caller creator) {
        ApiKey key = generate();
        Info info = database.jdbi().inTransaction(handle -> create(handle, key, wanted, creator));
        changes.incrementAndGet();
        return new Created(key.text(), info);
    }

    private Info create(Handle handle, ApiKey key, NewKey wanted, Caller creator) {
        Optional<PrincipalStore.Row> present = principals.find(handle, wanted.owner());
        Roles roles = RoleStore.roles(handle);
        NewKeyCheck.requireValid(wanted, present, roles, clock.instant());
        PrincipalStore.Row owner = present.orElseGet(() -> newOwner(wanted));
        KeyStore.Row row = row(key, wanted, creator.principal().id());
        OwnedKey owned = new OwnedKey(row, owner.kind(), owner.roles(), owner.disabledAt());
        PermissionSet given =
                present.isPresent() ? owned.authenticated(roles).permissions() : roles.permissions(wanted.roles());
        NewKeyCheck.requireCovered(creator, owner.kind(), given);
        if (present.isEmpty() && !principals.insert(handle, owner)) {
            throw ProblemException.conflict("The principal " + owner.id() + " was just created; try again.");
        }
        if (!keys.insert(handle, row)) {
            throw new IllegalStateException("key id " + key.id() + " is taken (expected: 71 random bits to be new)");
        }
        return owned.info(roles);
    }

    private PrincipalStore.Row newOwner(NewKey wanted) {
        return new PrincipalStore.Row(
                wanted.owner(), wanted.kind().orElseThrow(), String.join(" ", wanted.roles()), clock.instant(), null);
    }

    private KeyStore.Row row(ApiKey key, NewKey wanted, @Nullable String creator) {
        return new KeyStore.Row(
                key.id(),
                wanted.owner(),
                wanted.name(),
                key.hash(),
                key.hint(),
                wanted.roles().isEmpty() ? null : String.join(" ", wanted.roles()),
                wanted.permissions().isEmpty() ? null : String.join(" ", wanted.permissions()),
                clock.instant(),
                creator,
                wanted.expiresAt().orElse(null));
    }

    ApiKey generate() {
        return ApiKey.generate(environment, random);
    }

    /** Whether there is no key at all. */
    boolean isEmpty() {
        return database.jdbi().withHandle(keys::isEmpty);
    }

    /**
     * Makes the first key, of a principal that may do everything.
     *
     * @return false when there is a key by now; nothing is changed then
     */
    boolean adopt(ApiKey key, String ownerId) {
        boolean adopted = database.jdbi().inTransaction(handle -> {
            // The lock on the owner's row lets one node at a time look whether there is a key.
            principals.upsert(handle, new PrincipalStore.Row(ownerId, Kind.HUMAN, Roles.ADMIN, clock.instant(), null));
            boolean first = keys.isEmpty(handle);
            if (first) {
                NewKey bootstrap =
                        new NewKey("bootstrap", ownerId, Optional.empty(), List.of(), List.of(), Optional.empty());
                keys.insert(handle, row(key, bootstrap, null));
            } else {
                handle.rollback();
            }
            return first;
        });
        changes.incrementAndGet();
        return adopted;
    }
}
