package dev.busbar.host.access;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.access.RoleStore.RoleRow;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.reads.StoreReads;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The roles in the store and the default roles. Roles are cached for a second, and keys with them for four in {@link Keys},
 * so that a change on any node holds everywhere within five; a change on this node holds at once. While the store is slow or
 * unavailable, the roles of the last five minutes are used. Safe for any number of
 * threads.
 */
public final class RoleBook {
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final Duration MAX_AGE_WITHOUT_STORE = Duration.ofMinutes(5);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    /** The name of a route beside the roles. */
    private static final String MATRIX = "matrix";

    private static final int MAX_PERMISSIONS = 100;
    private static final int MAX_ROLES = 1_000;
    private static final int MAX_NAMED = 5;
    private static final String ROLES = "host:roles";

    private final AccessStore access;
    private final Authorities authorities;
    private final StoreReads reads;
    private final PrincipalStore principals;
    private final RoleStore store;
    private final AuditTrail audit;
    private final Ticker ticker;
    /** The changes of roles that this node has made. */
    private final AtomicLong roleChanges = new AtomicLong();

    private volatile @Nullable Snapshot snapshot;

    /** Roles at the time of a read. */
    private record Snapshot(Roles roles, long changes, long roleChanges, long readNanos) {}

    /**
     * The view of a role.
     *
     * @param permissions its permissions
     * @param isDefault true if there is a default role of this name
     * @param isOwn true if the operator has defined or replaced it
     */
    public record Info(String name, Set<String> permissions, boolean isDefault, boolean isOwn) {}

    RoleBook(Database database, AccessControl.Changes changes, StoreReads reads, Ticker ticker) {
        this.reads = reads;
        this.access = changes.store();
        this.authorities = changes.authorities();
        this.principals = new PrincipalStore(database);
        this.store = new RoleStore(database);
        this.audit = changes.audit();
        this.ticker = ticker;
    }

    /** All roles, cached. Called for each request whose credential is not cached. */
    public Roles current() {
        Snapshot cached = snapshot;
        return cached != null && isFresh(cached) ? cached.roles() : refreshed(cached);
    }

    private boolean isFresh(Snapshot cached) {
        return cached.changes() == access.changes() && ticker.read() - cached.readNanos() < MAX_AGE.toNanos();
    }

    /** Reads the roles; while the store is slow or unavailable, returns the cached ones. */
    private Roles refreshed(@Nullable Snapshot cached) {
        boolean usable = cached != null
                && cached.roleChanges() == roleChanges.get()
                && ticker.read() - cached.readNanos() < MAX_AGE_WITHOUT_STORE.toNanos();
        if (cached == null || !usable) {
            NonBlocking.requireWorker("reading roles from the store");
            return reads.await(this::read, false);
        }
        if (reads.isSlow()) {
            return cached.roles();
        }
        NonBlocking.requireWorker("reading roles from the store");
        try {
            return reads.await(this::read, true);
        } catch (StoreException e) {
            return cached.roles();
        }
    }

    /** All roles, cached, read on the thread of the caller if they are not fresh. */
    Roles read() {
        Snapshot cached = snapshot;
        if (cached != null && isFresh(cached)) {
            return cached.roles();
        }
        long changes = access.changes();
        long made = roleChanges.get();
        long began = ticker.read();
        Snapshot result = new Snapshot(access.read(RoleStore::roles), changes, made, began);
        snapshot = result;
        return result.roles();
    }

    /** All roles, by name. */
    public List<Info> list() {
        Roles roles = reads.await(() -> access.read(RoleStore::roles), false);
        return roles.names().stream().map(name -> info(roles, name)).toList();
    }

    /** One role. */
    public Optional<Info> find(String name) {
        return list().stream().filter(role -> role.name().equals(name)).findFirst();
    }

    private static Info info(Roles roles, String name) {
        return new Info(name, roles.permissions(name).names(), Roles.isDefault(name), roles.isStored(name));
    }

    /**
     * Defines a role, or replaces the permissions of an existing one.
     *
     * @throws ProblemException 422 for an invalid role; 403 when it has, or had, a permission that the requester lacks; 409
     *     for {@code admin}, which cannot be changed
     */
    public Info put(String name, List<String> permissions, Requester by) {
        requireValid(name, permissions);
        requireNotAdmin(name);
        PermissionSet wanted = PermissionSet.of(permissions);
        Info changed = authorities.change(by, ROLES, (transaction, authority) -> {
            Roles before = RoleStore.roles(transaction);
            authority.requireCovered(before.permissions(name), "The role as it is");
            authority.requireCovered(wanted, "The role");
            authority.requireUnboundedFor(before.permissions(name), wanted, "The role");
            if (!before.names().contains(name) && before.names().size() >= MAX_ROLES) {
                throw ProblemException.conflict("There are " + MAX_ROLES + " roles already, the maximum.");
            }
            store.upsert(transaction, new RoleRow(name, String.join(" ", wanted.names())));
            Roles after = RoleStore.roles(transaction);
            append(transaction, "role.put", by, name, before, after);
            return info(after, name);
        });
        changed(name);
        return changed;
    }

    /**
     * Deletes a role of the operator; a default role of this name takes effect again.
     *
     * @throws ProblemException 404 when the operator has defined none of this name; 409 when principals hold it and there is
     *     no default role of this name; 403 when it has a permission that the requester lacks
     */
    public void delete(String name, Requester by) {
        String unused = authorities.change(by, ROLES, (transaction, authority) -> {
            Roles before = RoleStore.roles(transaction);
            authority.requireCovered(before.permissions(name), "The role as it is");
            if (!store.delete(transaction, name)) {
                throw ProblemException.notFound("the operator has defined no role named " + name);
            }
            Roles after = RoleStore.roles(transaction);
            authority.requireCovered(after.permissions(name), "The default role of this name");
            authority.requireUnboundedFor(
                    before.permissions(name), after.permissions(name), "The default role of this name");
            if (!Roles.isDefault(name)) {
                requireUnused(transaction, name);
            }
            append(transaction, "role.delete", by, name, before, after);
            return name;
        });
        changed(name);
    }

    private void changed(String name) {
        roleChanges.incrementAndGet();
        access.changed(key -> key.principal().roles().contains(name));
    }

    private void append(Transaction transaction, String action, Requester by, String name, Roles before, Roles after) {
        Map<String, String> change = Map.of(
                "before", before.permissions(name).toString(),
                "after", after.permissions(name).toString());
        audit.append(transaction, AuditEvent.done(action, by.actor(), "role:" + name, change));
    }

    private void requireUnused(Transaction transaction, String name) {
        List<String> holders = principals.holding(transaction, name);
        if (!holders.isEmpty()) {
            String named = String.join(", ", holders.subList(0, Math.min(MAX_NAMED, holders.size())));
            throw ProblemException.conflict("The role is held by " + holders.size() + " principals, such as " + named
                    + ". Remove it from them first.");
        }
    }

    private static void requireNotAdmin(String name) {
        if (name.equals(Roles.ADMIN)) {
            throw ProblemException.conflict("The role admin permits everything, and stays that way.");
        }
    }

    private static void requireValid(String name, List<String> permissions) {
        List<Violation> violations = new ArrayList<>();
        if (!NAME.matcher(name).matches() || name.equals(MATRIX)) {
            violations.add(Violation.of(
                    "/name", "expected: a name such as data-steward: 1 to 63 lower-case letters, digits and hyphens"));
        }
        if (permissions.size() > MAX_PERMISSIONS) {
            violations.add(Violation.of("/permissions", "expected: at most " + MAX_PERMISSIONS));
        } else {
            MemberChecks.permissions(permissions, violations::add);
        }
        if (!violations.isEmpty()) {
            throw ProblemException.invalid("The role is invalid.", violations);
        }
    }
}
