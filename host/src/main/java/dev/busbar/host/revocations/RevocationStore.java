package dev.busbar.host.revocations;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.revocations.Revocation.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.TypeRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * Store of revocations, shared by all nodes. Their times are those of the clock of the database, so that a node finds the
 * new ones whatever its own clock says. Safe for any number of threads.
 */
final class RevocationStore {
    private static final String SELECT =
            "select kind, issuer, name, cut_off, ends_at, revoked_by, revoked_at from revocation";

    /** Limit on the rows that one statement deletes, which keeps it within the statement timeout. */
    static final int MAX_DELETED = 1_000;

    private static final RowMapper<StoredRevocation> ROWS = ConstructorMapper.of(StoredRevocation.class);

    private static final JsonCodec JSON = new JsonCodec(RevocationStore.class.getClassLoader());

    private final Database database;

    /** The payload of a containment action. */
    private record Payload(
            String kind,
            String issuer,
            String name,
            @Nullable Instant cutOff,
            @Nullable Instant endsAt,
            String by) {}

    private record RevocationRow(
            String kind,
            String issuer,
            String name,
            @Nullable Instant cutOff,
            @Nullable Instant endsAt,
            String revokedBy) {}

    /** The columns of {@link #SELECT}. */
    private record StoredRevocation(
            Kind kind,
            String issuer,
            String name,
            @Nullable Instant cutOff,
            @Nullable Instant endsAt,
            String revokedBy,
            Instant revokedAt) {
        Revocation revocation() {
            return new Revocation(
                    kind,
                    issuer,
                    name,
                    Optional.ofNullable(cutOff),
                    Optional.ofNullable(endsAt),
                    revokedBy,
                    Optional.of(revokedAt));
        }
    }

    RevocationStore(Database database) {
        this.database = database;
    }

    /** The revocations made at a moment or later, by the clock of the database; the oldest first. */
    List<Revocation> since(Instant moment) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        SELECT + " where revoked_at >= :since order by revoked_at, kind, issuer, name")
                .bind("since", moment)
                .map(ROWS)
                .map(StoredRevocation::revocation)
                .list());
    }

    /** The newest revocations, the newest first. */
    List<Revocation> newest(int max) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        SELECT + " order by revoked_at desc, kind, issuer, name limit :max")
                .bind("max", max)
                .map(ROWS)
                .map(StoredRevocation::revocation)
                .list());
    }

    /** A revocation as the payload of a containment action, to be applied now or by a later process. */
    static String payload(Revocation revocation) {
        Payload payload = new Payload(
                kind(revocation),
                revocation.issuer(),
                revocation.name(),
                revocation.cutOff().orElse(null),
                revocation.endsAt().orElse(null),
                revocation.by());
        return new String(JSON.encode(payload), StandardCharsets.UTF_8);
    }

    /** Stores a revocation; storing it again changes its time only. */
    void apply(Transaction transaction, String payload) {
        Handle handle = transaction.handle();
        Revocation revocation = read(payload);
        put(
                handle,
                new RevocationRow(
                        kind(revocation),
                        revocation.issuer(),
                        revocation.name(),
                        revocation.cutOff().orElse(null),
                        revocation.endsAt().orElse(null),
                        revocation.by()));
    }

    /** The revocation in a {@link #payload}. */
    static Revocation read(String json) {
        Payload payload = JSON.decodeGrown(json.getBytes(StandardCharsets.UTF_8), TypeRef.of(Payload.class));
        return new Revocation(
                kind(payload.kind()),
                payload.issuer(),
                payload.name(),
                Optional.ofNullable(payload.cutOff()),
                Optional.ofNullable(payload.endsAt()),
                payload.by(),
                Optional.empty());
    }

    private static Kind kind(String name) {
        return Kind.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static String kind(Revocation revocation) {
        return revocation.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Stores a revocation; of two with the same target the one that reaches further wins. */
    private void put(Handle handle, RevocationRow row) {
        database.upsert(
                handle,
                "update revocation set cut_off = greatest(cut_off, cast(:cutOff as timestamp with time zone)),"
                        + " ends_at = greatest(ends_at, cast(:endsAt as timestamp with time zone)),"
                        + " revoked_by = :revokedBy, revoked_at = current_timestamp"
                        + " where kind = :kind and issuer = :issuer and name = :name",
                "insert into revocation (kind, issuer, name, cut_off, ends_at, revoked_by, revoked_at) values (:kind,"
                        + " :issuer, :name, cast(:cutOff as timestamp with time zone),"
                        + " cast(:endsAt as timestamp with time zone), :revokedBy, current_timestamp)",
                row);
    }

    /** Deletes revocations whose tokens have all expired, some in each statement; returns their count. */
    int forget(Instant now) {
        int deleted = 0;
        int last;
        do {
            last = deleteExpired(now);
            deleted += last;
        } while (last == MAX_DELETED);
        return deleted;
    }

    private int deleteExpired(Instant now) {
        return database.jdbi()
                .withHandle(handle -> handle.createUpdate("delete from revocation where (kind, issuer, name) in (select"
                                + " kind, issuer, name from revocation where ends_at < :now limit :max)")
                        .bind("now", now)
                        .bind("max", MAX_DELETED)
                        .execute());
    }
}
