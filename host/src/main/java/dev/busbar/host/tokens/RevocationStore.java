package dev.busbar.host.tokens;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.tokens.Revocation.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private static final RowMapper<Stored> ROWS = ConstructorMapper.of(Stored.class);

    private final Database database;

    private record Row(
            String kind,
            String issuer,
            String name,
            @Nullable Instant cutOff,
            @Nullable Instant endsAt,
            String revokedBy) {}

    /** The columns of {@link #SELECT}. */
    private record Stored(
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
                .map(Stored::revocation)
                .list());
    }

    /** The newest ones, at most so many. */
    List<Revocation> newest(int most) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        SELECT + " order by revoked_at desc, kind, issuer, name limit :most")
                .bind("most", most)
                .map(ROWS)
                .map(Stored::revocation)
                .list());
    }

    /** A revocation as the payload of a containment act, to be applied now or by a later process. */
    static String payload(Revocation revocation) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kind", kind(revocation));
        members.put("issuer", revocation.issuer());
        members.put("name", revocation.name());
        revocation.cutOff().ifPresent(cutOff -> members.put("cutOff", cutOff.toString()));
        revocation.endsAt().ifPresent(endsAt -> members.put("endsAt", endsAt.toString()));
        members.put("by", revocation.by());
        return new String(StrictJson.bytes(members), StandardCharsets.UTF_8);
    }

    /** Stores a revocation; storing it again changes its time only. */
    void apply(Transaction transaction, String payload) {
        Handle handle = transaction.handle();
        Revocation revocation = read(payload);
        put(
                handle,
                new Row(
                        kind(revocation),
                        revocation.issuer(),
                        revocation.name(),
                        revocation.cutOff().orElse(null),
                        revocation.endsAt().orElse(null),
                        revocation.by()));
    }

    /** The revocation in a {@link #payload}. */
    static Revocation read(String payload) {
        Map<String, @Nullable Object> members = StrictJson.object(payload.getBytes(StandardCharsets.UTF_8));
        return new Revocation(
                kind(String.valueOf(members.get("kind"))),
                String.valueOf(members.get("issuer")),
                String.valueOf(members.get("name")),
                instant(members.get("cutOff")),
                instant(members.get("endsAt")),
                String.valueOf(members.get("by")),
                Optional.empty());
    }

    private static Optional<Instant> instant(@Nullable Object text) {
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text.toString()));
    }

    private static Kind kind(String name) {
        return Kind.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static String kind(Revocation revocation) {
        return revocation.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Stores a revocation; of two with the same target the one that reaches further wins. */
    private void put(Handle handle, Row row) {
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

    /** Deletes revocations whose tokens have all expired; returns their count. */
    int forget(Instant now) {
        return database.jdbi().withHandle(handle -> handle.createUpdate("delete from revocation where ends_at < :now")
                .bind("now", now)
                .execute());
    }
}
