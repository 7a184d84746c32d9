package dev.busbar.host.artifacts;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The provenance of jars, and the consents of an operator to their public routes, by digest. Thread-safe. */
final class TrustStore {
    private final Database database;

    /**
     * The provenance of a jar, of which each part is verified before it is believed.
     *
     * @param signature the content of its {@code .sig} file
     */
    record Provenance(Optional<String> signature) {
        static final Provenance NONE = new Provenance(Optional.empty());
    }

    /**
     * An operator's consent to public routes of a jar.
     *
     * @param routes public routes, such as {@code GET /status}
     * @param given whether to those that it declares at its next start, too
     */
    record Consented(Set<String> routes, boolean given) {
        static final Consented NONE = new Consented(Set.of(), false);
    }

    /** The column {@code bundled} is of an earlier version, and not read: whoever can write the store could set it. */
    private record ProvenanceRow(String sha256, @Nullable String signature, boolean bundled) {}

    private record ConsentRow(String sha256, String routes, boolean given) {}

    TrustStore(Database database) {
        this.database = database;
    }

    Provenance provenance(String sha256) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select signature from plugin_voucher where sha256 = ?")
                        .bind(0, sha256)
                        .map((row, context) -> new Provenance(Optional.ofNullable(row.getString("signature"))))
                        .findOne()
                        .orElse(Provenance.NONE));
    }

    void put(String sha256, Provenance provenance) {
        ProvenanceRow row = new ProvenanceRow(sha256, provenance.signature().orElse(null), false);
        database.jdbi()
                .useHandle(handle -> database.upsert(
                        handle,
                        "update plugin_voucher set signature = :signature where sha256 = :sha256",
                        "insert into plugin_voucher (sha256, signature, bundled) values (:sha256, :signature, :bundled)",
                        row));
    }

    Consented consented(String sha256) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select routes, given from plugin_consent where sha256 = ?")
                        .bind(0, sha256)
                        .map((row, context) -> new Consented(
                                row.getString("routes").lines().collect(Collectors.toUnmodifiableSet()),
                                row.getBoolean("given")))
                        .findOne()
                        .orElse(Consented.NONE));
    }

    void put(String sha256, Consented consented) {
        ConsentRow row =
                new ConsentRow(sha256, String.join("\n", new TreeSet<>(consented.routes())), consented.given());
        database.jdbi()
                .useHandle(handle -> database.upsert(
                        handle,
                        "update plugin_consent set routes = :routes, given = :given where sha256 = :sha256",
                        "insert into plugin_consent (sha256, routes, given) values (:sha256, :routes, :given)",
                        row));
    }

    /** Deletes both as part of a transaction. */
    void delete(Transaction transaction, String sha256) {
        transaction.handle().execute("delete from plugin_voucher where sha256 = ?", sha256);
        transaction.handle().execute("delete from plugin_consent where sha256 = ?", sha256);
    }
}
