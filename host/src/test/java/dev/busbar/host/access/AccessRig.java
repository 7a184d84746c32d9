package dev.busbar.host.access;

import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Principals, roles and keys of a database, with a clock that a test moves by hand. */
public final class AccessRig {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final Requester ADMIN = requester("root", Kind.HUMAN, "*:*", "host:*");

    final AtomicReference<Instant> now = new AtomicReference<>(START);
    public final AuditLog audit;
    public final AccessControl access;

    /** The principals, roles and keys of a host in development. */
    public AccessRig(Database database, Path data) {
        this(database, data, "development");
    }

    AccessRig(Database database, Path data, String environment) {
        this(database, data, environment, Runnable::run);
    }

    /** @param reads runs reads of authentication */
    AccessRig(Database database, Path data, String environment, Executor reads) {
        audit = AuditLogs.open(data, database, clock());
        AccessControl.Means means = new AccessControl.Means(
                database, clock(), () -> Duration.between(START, now.get()).toNanos(), reads);
        access = new AccessControl(means, new AccessControl.Rules(environment, Set.of("gold", "silver"), data), audit);
    }

    /** A requester with permissions, by a token of another issuer that does not expire. */
    static Requester requester(String id, Kind kind, String... permissions) {
        return keyHolder("sso:" + id, id, kind, permissions);
    }

    /** A new key of a new service. */
    public Keys.Info newKey(String owner, String role, String... allowedFrom) {
        return newSecret(owner, role, allowedFrom).info();
    }

    /** A new key of a new service, with its text. */
    public Keys.Created newSecret(String owner, String role, String... allowedFrom) {
        return access.keys()
                .create(
                        key(owner)
                                .kind(Kind.SERVICE)
                                .roles(role)
                                .from(allowedFrom)
                                .make(),
                        ADMIN);
    }

    /** Revokes a key. */
    public void revoke(Keys.Info key) {
        access.keys().revoke(key.id(), ADMIN);
    }

    /** Lets time pass. */
    public void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    /** An administrator with a new key that was just authenticated. */
    Requester admin(String owner) {
        String secret = access.keys()
                .create(key(owner).kind(Kind.HUMAN).roles("admin").make(), ADMIN)
                .key();
        Caller caller = access.keys().authenticate(secret).orElseThrow().caller();
        return Requester.of(caller, "10.1.2.3", "request-1");
    }

    /** A requester with a key in the store. */
    static Requester keyHolder(String keyId, String id, Kind kind, String... permissions) {
        return holder(keyId, Optional.empty(), id, kind, permissions);
    }

    /** A requester with a credential that expires. */
    static Requester holder(String keyId, Optional<Instant> end, String id, Kind kind, String... permissions) {
        PermissionSet set = PermissionSet.of(List.of(permissions));
        Caller caller = new Caller(
                Principal.of(id, kind, Set.of("admin")),
                keyId,
                set.names(),
                end,
                set::permits,
                Caller.Account.of(keyId));
        return Requester.of(caller, "10.1.2.3", "request-1");
    }

    /** A key to be made. */
    static Wanted key(String owner) {
        return new Wanted(owner, Optional.empty(), List.of(), List.of(), Optional.empty(), NewKey.Limits.NONE);
    }

    record Wanted(
            String owner,
            Optional<Kind> kind,
            List<String> roles,
            List<String> permissions,
            Optional<Instant> end,
            NewKey.Limits limits) {
        Wanted kind(Kind value) {
            return new Wanted(owner, Optional.of(value), roles, permissions, end, limits);
        }

        Wanted roles(String... names) {
            return new Wanted(owner, kind, List.of(names), permissions, end, limits);
        }

        Wanted permissions(String... names) {
            return new Wanted(owner, kind, roles, List.of(names), end, limits);
        }

        Wanted expires(Instant value) {
            return new Wanted(owner, kind, roles, permissions, Optional.of(value), limits);
        }

        Wanted from(String... ranges) {
            return new Wanted(
                    owner, kind, roles, permissions, end, new NewKey.Limits(List.of(ranges), Optional.empty()));
        }

        Wanted plan(String name) {
            return new Wanted(
                    owner, kind, roles, permissions, end, new NewKey.Limits(limits.allowedFrom(), Optional.of(name)));
        }

        NewKey make() {
            return new NewKey("a key", owner, kind, roles, permissions, end, limits);
        }
    }

    /** The clock that the test moves. */
    public Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }
}
