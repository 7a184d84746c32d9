package dev.busbar.host.artifacts;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * The provenance of jars, and the consents of an operator to their public routes, by digest; as last read or written while
 * the store is unavailable, because a rollback must work then. Thread-safe.
 */
final class TrustStore {
    private static final RowMapper<Provenance> PROVENANCES =
            (row, context) -> new Provenance(Optional.ofNullable(row.getString("signature")));
    private static final RowMapper<Consented> CONSENTS = (row, context) -> new Consented(
            row.getString("routes").lines().collect(Collectors.toUnmodifiableSet()), row.getBoolean("given"));

    private final Database database;
    private final Map<String, Provenance> provenances = new ConcurrentHashMap<>();
    private final Map<String, Consented> consents = new ConcurrentHashMap<>();

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
        return lastKnown(provenances, sha256, () -> database.jdbi()
                .withHandle(handle -> handle.createQuery("select signature from plugin_voucher where sha256 = ?")
                        .bind(0, sha256)
                        .map(PROVENANCES)
                        .findOne()
                        .orElse(Provenance.NONE)));
    }

    private static <T> T lastKnown(Map<String, T> known, String sha256, Supplier<T> read) {
        try {
            T now = read.get();
            known.put(sha256, now);
            return now;
        } catch (RuntimeException e) {
            T before = known.get(sha256);
            if (before == null || !Database.isUnavailable(e)) {
                throw e;
            }
            return before;
        }
    }

    void put(String sha256, Provenance provenance) {
        ProvenanceRow row = new ProvenanceRow(sha256, provenance.signature().orElse(null), false);
        database.jdbi()
                .useHandle(handle -> database.upsert(
                        handle,
                        "update plugin_voucher set signature = :signature where sha256 = :sha256",
                        "insert into plugin_voucher (sha256, signature, bundled) values (:sha256, :signature, :bundled)",
                        row));
        provenances.put(sha256, provenance);
    }

    Consented consented(String sha256) {
        return lastKnown(consents, sha256, () -> database.jdbi()
                .withHandle(handle -> handle.createQuery("select routes, given from plugin_consent where sha256 = ?")
                        .bind(0, sha256)
                        .map(CONSENTS)
                        .findOne()
                        .orElse(Consented.NONE)));
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
        consents.put(sha256, consented);
    }

    /** Reads the provenance and consents of jars in advance, for a time at which the store is unavailable. */
    void remember(Set<String> digests) {
        Set<String> unknown = digests.stream()
                .filter(sha256 -> !provenances.containsKey(sha256) || !consents.containsKey(sha256))
                .collect(Collectors.toSet());
        if (!unknown.isEmpty()) {
            Map<String, Provenance> signed = all("select sha256, signature from plugin_voucher", PROVENANCES);
            Map<String, Consented> consented = all("select sha256, routes, given from plugin_consent", CONSENTS);
            for (String sha256 : unknown) {
                provenances.putIfAbsent(sha256, signed.getOrDefault(sha256, Provenance.NONE));
                consents.putIfAbsent(sha256, consented.getOrDefault(sha256, Consented.NONE));
            }
        }
    }

    private <T> Map<String, T> all(String query, RowMapper<T> mapper) {
        return database.jdbi().withHandle(handle -> handle.createQuery(query)
                .map((row, context) -> Map.entry(row.getString("sha256"), mapper.map(row, context)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Forgets what was remembered of a jar that this node needs no more. */
    void forget(String sha256) {
        provenances.remove(sha256);
        consents.remove(sha256);
    }

    /** Deletes both as part of a transaction. */
    void delete(Transaction transaction, String sha256) {
        transaction.handle().execute("delete from plugin_voucher where sha256 = ?", sha256);
        transaction.handle().execute("delete from plugin_consent where sha256 = ?", sha256);
    }
}
