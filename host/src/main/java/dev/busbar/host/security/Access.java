package dev.busbar.host.security;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.store.Database;
import java.time.Clock;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who there is and what they may: the principals, roles and keys of one store, which know of each other's changes. Built
 * once by {@code Host}; safe for any number of threads.
 */
public final class Access {
    private final Keys keys;
    private final Principals principals;
    private final RoleBook roles;
    private final PlatformGrants platforms;

    /**
     * What is configured of it.
     *
     * @param environment where new keys are for: {@code development}, {@code staging} or {@code production}
     * @param platforms what platforms are granted
     * @param plans the names of the rate plans that keys may have
     */
    public record Rules(String environment, PlatformGrants platforms, Set<String> plans) {
        /** Copies the names, in order. */
        public Rules {
            plans = Collections.unmodifiableSet(new TreeSet<>(plans));
        }
    }

    /** Those of a store. */
    public Access(Database database, Clock clock, Rules rules, AuditTrail audit, BootstrapKey bootstrap) {
        this(new Means(database, clock, Ticker.systemTicker()), rules, audit, bootstrap);
    }

    /** What all of it runs on. */
    record Means(Database database, Clock clock, Ticker ticker) {}

    Access(Means means, Rules rules, AuditTrail audit, BootstrapKey bootstrap) {
        this.platforms = rules.platforms();
        Database database = means.database();
        AccessStore store = new AccessStore(database);
        KeyStore stored = new KeyStore(database);
        this.roles = new RoleBook(database, store, audit, means.ticker());
        this.principals = new Principals(database, store, audit, means.clock());
        this.keys = new Keys(
                new Keys.Parts(
                        new CredentialStore(database, store, audit, means.clock(), rules.plans()),
                        roles,
                        store,
                        audit,
                        new KeyUses(store, stored, means.clock()),
                        bootstrap),
                means.clock(),
                rules.environment(),
                means.ticker());
        stored.register(audit, keys::waits);
    }

    /** The API keys. */
    public Keys keys() {
        return keys;
    }

    /** The people and services. */
    public Principals principals() {
        return principals;
    }

    /** What platforms are granted. */
    public PlatformGrants platforms() {
        return platforms;
    }

    /** The roles. */
    public RoleBook roles() {
        return roles;
    }
}
