package dev.busbar.host.access;

import dev.busbar.host.access.PrincipalStore.PrincipalRow;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.reads.StoreReads;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The principals: people and services. A change holds on this node at once, on others within five seconds. Safe for any
 * number of threads.
 */
public final class Principals {
    /** Limit on the length of a list. */
    public static final int MAX_LISTED = 500;

    private static final int MAX_ROLES = 100;
    private static final String ROLES = "host:roles";

    private final AccessStore access;
    private final Authorities authorities;
    private final StoreReads reads;
    private final PrincipalStore store;
    private final KeyStore keys;
    private final AuditTrail audit;
    private final Clock clock;

    /**
     * The view of a principal.
     *
     * @param name a name for people
     * @param permissions the permissions of its roles now
     * @param disabledAt when it was disabled; empty if it is enabled
     */
    public record Info(
            String id,
            Kind kind,
            Optional<String> name,
            List<String> roles,
            Set<String> permissions,
            Instant createdAt,
            Optional<Instant> disabledAt) {}

    /**
     * A request for a new principal, unchecked.
     *
     * @param name a name for people; {@code null} for none
     */
    public record NewPrincipal(
            String id, Kind kind, @Nullable String name, List<String> roles) {}

    /** A change of a principal, unchecked. */
    public record Change(Patched<String> name, Patched<List<String>> roles, Patched<Boolean> disabled) {}

    Principals(Database database, AccessControl.Changes changes, StoreReads reads) {
        this.reads = reads;
        this.access = changes.store();
        this.authorities = changes.authorities();
        this.store = new PrincipalStore(database);
        this.keys = new KeyStore(database);
        this.audit = changes.audit();
        this.clock = changes.clock();
    }

    /** The principals after an id, by id, at most {@link #MAX_LISTED}; an empty id begins the list. */
    public List<Info> list(String after, int max) {
        return reads.await(() -> access.read(transaction -> list(transaction, after, max)), false);
    }

    private List<Info> list(Transaction transaction, String after, int max) {
        Roles roles = RoleStore.roles(transaction);
        return store.list(transaction, after, Math.min(max, MAX_LISTED)).stream()
                .map(row -> info(row, roles))
                .toList();
    }

    /** One principal. */
    public Optional<Info> find(String id) {
        return reads.await(
                () -> access.read(
                        transaction -> present(transaction, id).map(row -> info(row, RoleStore.roles(transaction)))),
                false);
    }

    private Optional<PrincipalRow> present(Transaction transaction, String id) {
        return store.find(transaction, id).filter(row -> row.deletedAt() == null);
    }

    /**
     * Creates a principal.
     *
     * @throws ProblemException 422 that names each invalid member; 403 when its roles permit what the requester may not; 409
     *     when the id is in use, or was
     */
    public Info create(NewPrincipal wanted, Requester by) {
        return authorities.change(by, ROLES, (transaction, authority) -> {
            Roles roles = RoleStore.roles(transaction);
            requireValid(wanted, roles);
            authority.requirePersonFor(wanted.kind());
            authority.requireCovered(roles.permissions(wanted.roles()), "The principal");
            PrincipalRow row = new PrincipalRow(
                    wanted.id(),
                    wanted.kind(),
                    String.join(" ", distinct(wanted.roles())),
                    wanted.name(),
                    clock.instant(),
                    null,
                    null);
            if (!store.insert(transaction, row)) {
                throw ProblemException.conflict("The id " + wanted.id()
                        + " is that of a principal, or was; the id of a deleted one is not used again.");
            }
            append(
                    transaction,
                    "principal.create",
                    by,
                    row.id(),
                    Map.of("kind", row.kind().name(), "roles", row.roles()));
            return info(row, roles);
        });
    }

    /**
     * Changes a principal.
     *
     * @throws ProblemException 404; 422 that names each invalid member; 403 when it has, or would have, a permission that the
     *     requester lacks; 409 when no administrator would be left
     */
    public Info change(String id, Change change, Requester by) {
        Info changed = authorities.change(by, ROLES, (transaction, authority) -> {
            PrincipalRow before = require(transaction, id);
            Roles roles = RoleStore.roles(transaction);
            AccessStore.Admins admins = access.admins(transaction, clock.instant());
            PrincipalRow after = changed(before, change, roles);
            authority.requireCovered(roles.permissions(before.roleNames()), "The principal as it is");
            authority.requireCovered(roles.permissions(after.roleNames()), "The principal");
            authority.requireUnboundedFor(effective(before, roles), effective(after, roles), "The principal");
            store.upsert(transaction, after);
            access.requireAdminLeft(transaction, admins, clock.instant());
            append(transaction, "principal.change", by, id, difference(before, after));
            return info(after, roles);
        });
        access.changed(key -> key.principal().id().equals(id));
        return changed;
    }

    /** The permissions that the keys of a principal can have: none while it is disabled. */
    private static PermissionSet effective(PrincipalRow row, Roles roles) {
        return row.isActive() ? roles.permissions(row.roleNames()) : PermissionSet.NONE;
    }

    private PrincipalRow changed(PrincipalRow before, Change change, Roles roles) {
        List<Violation> violations = new ArrayList<>();
        String name = change.name().over(before.name());
        MemberChecks.name(name, violations::add);
        List<String> wanted = Objects.requireNonNullElse(change.roles().over(before.roleNames()), List.of());
        MemberChecks.roles(wanted, roles, violations::add);
        if (!violations.isEmpty()) {
            throw ProblemException.invalid("The change of the principal is invalid.", violations);
        }
        boolean disabled = Boolean.TRUE.equals(change.disabled().over(before.disabledAt() != null));
        Instant disabledAt = before.disabledAt() != null ? before.disabledAt() : clock.instant();
        return new PrincipalRow(
                before.id(),
                before.kind(),
                String.join(" ", distinct(wanted)),
                name,
                before.createdAt(),
                disabled ? disabledAt : null,
                null);
    }

    /**
     * Deletes a principal, and revokes its keys. Its id is not used again, so its audit records stay unambiguous.
     *
     * @throws ProblemException 404; 403 when it has a permission that the requester lacks; 409 when no administrator would
     *     be left
     */
    public void delete(String id, Requester by) {
        String unused = authorities.change(by, ROLES, (transaction, authority) -> {
            PrincipalRow row = require(transaction, id);
            Instant now = clock.instant();
            AccessStore.Admins admins = access.admins(transaction, now);
            authority.requireCovered(
                    RoleStore.roles(transaction).permissions(row.roleNames()), "The principal as it is");
            store.upsert(
                    transaction,
                    new PrincipalRow(id, row.kind(), "", row.name(), row.createdAt(), row.disabledAt(), now));
            int ended = keys.revokeAll(transaction, id, now);
            access.requireAdminLeft(transaction, admins, clock.instant());
            append(
                    transaction,
                    "principal.delete",
                    by,
                    id,
                    Map.of("keys", Integer.toString(ended), "roles", row.roles()));
            return id;
        });
        access.changed(key -> key.principal().id().equals(id));
    }

    private PrincipalRow require(Transaction transaction, String id) {
        return present(transaction, id)
                .orElseThrow(() -> ProblemException.notFound("there is no principal of this id"));
    }

    private void append(Transaction transaction, String action, Requester by, String id, Map<String, String> details) {
        audit.append(transaction, AuditEvent.done(action, by.actor(), "principal:" + id, details));
    }

    private static Map<String, String> difference(PrincipalRow before, PrincipalRow after) {
        Map<String, String> changed = new LinkedHashMap<>();
        difference(changed, "name", before.name(), after.name());
        difference(changed, "roles", before.roles(), after.roles());
        difference(changed, "disabled", before.disabledAt() != null, after.disabledAt() != null);
        return changed;
    }

    private static void difference(
            Map<String, String> changed, String what, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            changed.put(what, Objects.toString(before, "") + " -> " + Objects.toString(after, ""));
        }
    }

    private static void requireValid(NewPrincipal wanted, Roles roles) {
        List<Violation> violations = new ArrayList<>();
        MemberChecks.principalId(wanted.id(), "/id", violations::add);
        MemberChecks.name(wanted.name(), violations::add);
        if (wanted.kind() == Kind.PLATFORM) {
            violations.add(Violation.of("/kind", "expected: human or service; a platform comes with its plugin"));
        }
        if (wanted.roles().size() > MAX_ROLES) {
            violations.add(Violation.of("/roles", "expected: at most " + MAX_ROLES));
        } else {
            MemberChecks.roles(wanted.roles(), roles, violations::add);
        }
        if (!violations.isEmpty()) {
            throw ProblemException.invalid("The principal is invalid.", violations);
        }
    }

    private static List<String> distinct(List<String> names) {
        return names.stream().distinct().sorted().toList();
    }

    private static Info info(PrincipalRow row, Roles roles) {
        return new Info(
                row.id(),
                row.kind(),
                Optional.ofNullable(row.name()),
                row.roleNames(),
                roles.permissions(row.roleNames()).names(),
                row.createdAt(),
                Optional.ofNullable(row.disabledAt()));
    }
}
