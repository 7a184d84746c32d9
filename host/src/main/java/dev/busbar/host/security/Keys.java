package dev.busbar.host.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The API keys of the host. What a look-up found is kept for five seconds, so that a change on any node holds everywhere
 * within that time; a change on this node holds at once. Safe for any number of threads.
 */
public final class Keys {
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final int MOST_KEPT = 10_000;

    private final CredentialStore store;
    private final Clock clock;
    private final String environment;
    private final Cache<ByteBuffer, Found> found;
    private final Cache<String, Found> current;
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
        this.clock = clock;
        this.environment = environment;
        this.store = new CredentialStore(database, clock);
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .executor(Runnable::run);
        this.found = cache.build();
        this.current = cache.build();
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

    /**
     * Who holds the key of this id now; empty when it is unknown, expired, or of a disabled owner. For what is bound to a
     * key and was proven otherwise, such as a token whose signature fits. As current, and as cheap, as
     * {@link #authenticate}.
     */
    public Optional<Authenticated> current(String id) {
        long now = changes.get();
        Found kept = current.getIfPresent(id);
        if (kept == null || kept.changes() != now) {
            kept = new Found(store.current(id), now);
            current.put(id, kept);
        }
        return kept.authenticated().filter(authenticated -> !authenticated.isExpiredAt(clock.instant()));
    }

    private Optional<Authenticated> lookUp(ApiKey key) {
        byte[] hash = key.hash();
        ByteBuffer name = ByteBuffer.wrap(hash);
        long now = changes.get();
        Found kept = found.getIfPresent(name);
        if (kept == null || kept.changes() != now) {
            kept = new Found(store.find(key.id(), hash), now);
            found.put(name, kept);
        }
        return kept.authenticated();
    }

    /** All keys, the oldest first. */
    public List<Info> list() {
        return store.list();
    }

    /**
     * Makes a key, and its owner if there is none of this id yet.
     *
     * @throws ProblemException 422 that names each member that does not fit; 403 when the key would permit what its
     *     creator may not; 409 when somebody else made its owner at the same moment
     */
    public Created create(NewKey wanted, Caller creator) {
        ApiKey key = generate();
        Info info = store.create(key, wanted, creator);
        changes.incrementAndGet();
        return new Created(key.text(), info);
    }

    ApiKey generate() {
        return ApiKey.generate(environment, random);
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
        boolean adopted = store.adopt(key, ownerId);
        changes.incrementAndGet();
        return adopted;
    }
}
