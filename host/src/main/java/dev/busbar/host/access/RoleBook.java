package dev.busbar.host.access;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.store.Database;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The roles there are. What was read of the store is kept for a second, and what was made of it for four in
 * {@link Keys}, so that a change on any node holds everywhere within five; a change on this node holds at once. Safe for any number of threads.
 */
public final class RoleBook {
    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    /** The name of a route beside those of roles. */
    private static final String MATRIX = "matrix";

    private static final int MOST_PERMISSIONS = 100;
    private static final int MOST_ROLES = 1_000;
    private static final int MOST_NAMED = 5;

    private final AccessStore access;
    private final PrincipalStore principals;
    private final RoleStore store;
    private final AuditTrail audit;
    private final Ticker ticker;
    private volatile @Nullable Snapshot snapshot;

    /** Roles as they were read. */
    private record Snapshot(Roles roles, long changes, long readNanos) {}

    /**
     * A role.
     *
     * @param permissions what it permits
     * @param isDefault whether there is one of this name without the operator's doing
     * @param isOwn whether the operator has made or replaced it
     */
    public record Info(String name, Set<String> permissions, boolean isDefault, boolean isOwn) {}

    RoleBook(Database database, AccessStore access, AuditTrail audit, Ticker ticker) {
        this.access = access;
        this.principals = new PrincipalStore(database);
        this.store = new RoleStore(database);
        this.audit = audit;
        this.ticker = ticker;
    }

    /** All roles; called for each request that is not answered from what is kept of its credential. */
    public Roles current() {
        long changes = access.changes();
        Snapshot kept = snapshot;
        boolean fresh = kept != null && kept.changes() == changes && ticker.read() - kept.readNanos() < KEPT.toNanos();
        if (kept == null || !fresh) {
            NonBlocking.requireWorker("reading roles from the store");
            kept = new Snapshot(access.read(RoleStore::roles), changes, ticker.read());
            snapshot = kept;
        }
        return kept.roles();
    }

    /** All roles, by name. */
    public List<Info> list() {
        Roles roles = access.read(RoleStore::roles);
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
     * Makes a role, or replaces what one of this name permits.
     *
     * @throws ProblemException 422 for what is no role; 403 where it permits, or permitted, what the requester may not; 409
     *     for {@code admin}, which stays what it is
     */
    public Info put(String name, List<String> permissions, Requester by) {
        requireValid(name, permissions);
        requireNotAdmin(name);
        PermissionSet wanted = PermissionSet.of(permissions);
        return access.change(transaction -> {
            Roles before = RoleStore.roles(transaction);
            by.requireCovered(before.permissions(name), "The role as it is");
            by.requireCovered(wanted, "The role");
            if (!before.names().contains(name) && before.names().size() >= MOST_ROLES) {
                throw ProblemException.conflict("There are " + MOST_ROLES + " roles, which is as many as may be.");
            }
            store.upsert(transaction, new RoleStore.Row(name, String.join(" ", wanted.names())));
            Roles after = RoleStore.roles(transaction);
            append(transaction, "role.put", by, name, before, after);
            return info(after, name);
        });
    }

    /**
     * Takes the operator's role away; a default one of this name is as it was then.
     *
     * @throws ProblemException 404 when the operator has made none of this name; 409 when somebody holds it and it would
     *     permit nothing any more; 403 where it permits what the requester may not
     */
    public void delete(String name, Requester by) {
        access.change(transaction -> {
            Roles before = RoleStore.roles(transaction);
            by.requireCovered(before.permissions(name), "The role as it is");
            if (!store.delete(transaction, name)) {
                throw ProblemException.notFound("there is no role of the operator's own named " + name);
            }
            Roles after = RoleStore.roles(transaction);
            by.requireCovered(after.permissions(name), "The default role of this name");
            if (!Roles.isDefault(name)) {
                requireUnused(transaction, name);
            }
            append(transaction, "role.delete", by, name, before, after);
            return name;
        });
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
            String named = String.join(", ", holders.subList(0, Math.min(MOST_NAMED, holders.size())));
            throw ProblemException.conflict("The role is held by " + holders.size() + " principals, such as " + named
                    + ". Take it away from them first.");
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
        if (permissions.size() > MOST_PERMISSIONS) {
            violations.add(Violation.of("/permissions", "expected: at most " + MOST_PERMISSIONS));
        } else {
            NewKeyCheck.permissions(permissions, violations::add);
        }
        if (!violations.isEmpty()) {
            throw ProblemException.invalid("This is no role.", violations);
        }
    }
}
