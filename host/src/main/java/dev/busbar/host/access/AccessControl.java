package dev.busbar.host.access;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.reads.StoreReads;
import dev.busbar.host.store.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/**
 * The principals, roles and keys of one store, which invalidate each other's caches on a change. Created once by
 * {@code Host}; safe for any number of threads.
 */
public final class AccessControl {
    private final Keys keys;
    private final Principals principals;
    private final RoleBook roles;

    /**
     * The configuration of principals, roles and keys.
     *
     * @param environment the environment of new keys: {@code development}, {@code staging} or {@code production}
     * @param plans the names of the rate plans that keys may have
     * @param data the data directory, for the file of the bootstrap key
     */
    public record Rules(String environment, Set<String> plans, Path data) {
        /** Copies the names, in order. */
        public Rules {
            plans = Collections.unmodifiableSet(new TreeSet<>(plans));
        }
    }

    /**
     * The principals, roles and keys of a database.
     *
     * @param reads runs reads of the store, which may block for as long as a statement may take
     */
    public AccessControl(Database database, Clock clock, Executor reads, Rules rules, AuditTrail audit) {
        this(new Means(database, clock, Ticker.systemTicker(), reads), rules, audit);
    }

    /** The means of a change: the store, the authority of its requester, its audit events, its time. */
    record Changes(AccessStore store, Authorities authorities, AuditTrail audit, Clock clock) {}

    /** The database, the clock, the time that passes, and the threads of reads. */
    record Means(Database database, Clock clock, Ticker ticker, Executor reads) {}

    AccessControl(Means means, Rules rules, AuditTrail audit) {
        Database database = means.database();
        StoreReads reads = new StoreReads(database, means.reads());
        AccessStore store = new AccessStore(database, reads);
        KeyStore stored = new KeyStore(database);
        Authorities authorities = new Authorities(store, stored, audit, means.clock());
        Changes changes = new Changes(store, authorities, audit, means.clock());
        this.roles = new RoleBook(database, changes, reads, means.ticker());
        this.principals = new Principals(database, changes, reads);
        this.keys = new Keys(
                new Keys.Parts(
                        new CredentialStore(database, changes, rules.plans()),
                        roles,
                        store,
                        reads,
                        audit,
                        new KeyUses(store, stored, means.clock()),
                        new BootstrapKey(rules.data())),
                means.clock(),
                rules.environment(),
                means.ticker());
        stored.register(audit, keys::revokePending);
    }

    /** The API keys. */
    public Keys keys() {
        return keys;
    }

    /** The people and services. */
    public Principals principals() {
        return principals;
    }

    /** The roles. */
    public RoleBook roles() {
        return roles;
    }
}
