package dev.busbar.host.tokens;

import dev.busbar.host.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Store of the signing keys, shared by all nodes. Safe for any number of threads. */
final class SigningKeyStore {
    private static final RowMapper<SigningKeyRow> ROWS = ConstructorMapper.of(SigningKeyRow.class);

    private final Database database;

    private record SigningKeyRow(
            int seq,
            String id,
            byte[] privateKey,
            byte[] publicKey,
            Instant createdAt,
            Instant signsFrom,
            long longestLife) {
        SigningKey key() {
            return new SigningKey(
                    seq, id, RsaKeys.pair(publicKey, privateKey), signsFrom, Duration.ofSeconds(longestLife));
        }
    }

    SigningKeyStore(Database database) {
        this.database = database;
    }

    /** All keys, the oldest first. */
    List<SigningKey> all() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select seq, id, private_key, public_key, created_at, signs_from, longest_life"
                                + " from signing_key order by seq")
                .map(ROWS)
                .map(SigningKeyRow::key)
                .list());
    }

    /** Adds a key; false when another node has added one with the same number meanwhile. */
    boolean add(SigningKey key, Instant createdAt) {
        SigningKeyRow row = new SigningKeyRow(
                key.seq(),
                key.id(),
                key.pair().getPrivate().getEncoded(),
                key.pair().getPublic().getEncoded(),
                createdAt,
                key.signsFrom(),
                key.maxLifetime().toSeconds());
        return database.jdbi()
                .withHandle(handle -> database.insert(
                        handle,
                        "insert into signing_key (seq, id, private_key, public_key, created_at, signs_from,"
                                + " longest_life) values (:seq, :id, :privateKey, :publicKey, :createdAt, :signsFrom,"
                                + " :longestLife)",
                        row));
    }

    /** Raises the maximum lifetime of the tokens of a key. */
    void raiseMaxLifetime(String id, Duration maxLifetime) {
        database.jdbi().useHandle(handle -> handle.createUpdate(
                        "update signing_key set longest_life = :life where id = :id and longest_life < :life")
                .bind("life", maxLifetime.toSeconds())
                .bind("id", id)
                .execute());
    }

    void remove(String id) {
        database.jdbi().useHandle(handle -> handle.execute("delete from signing_key where id = ?", id));
    }
}
