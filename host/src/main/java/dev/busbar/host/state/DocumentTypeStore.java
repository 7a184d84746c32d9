package dev.busbar.host.state;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.plugin.state.DocumentType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The document types that jars have declared, and the schemas of stored documents. While the store is unavailable, a jar
 * starts and is rolled back to by what was read before. Safe for any number of threads and nodes.
 */
final class DocumentTypeStore {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentTypeStore.class);

    private final Database database;
    /** By jar and collection, as last read or written. */
    private final Map<String, Map<String, String>> known = new ConcurrentHashMap<>();

    private final Map<String, Map<String, String>> unwritten = new ConcurrentHashMap<>();

    private record Row(String sha256, String collection, String readable) {}

    DocumentTypeStore(Database database) {
        this.database = database;
    }

    /** Stores the types that a jar declares; later, while the store is unavailable. */
    void declare(String sha256, List<DocumentType<?>> types) {
        Map<String, String> declared = types.stream().collect(toMap(DocumentType::name, DocumentTypeStore::readable));
        try {
            write(sha256, declared);
        } catch (RuntimeException e) {
            requireUnavailable(e);
            if (!declared.equals(known.get(sha256))) {
                unwritten.put(sha256, declared);
            }
            LOG.warn("the document types of jar {} are stored when the store is available ({})", sha256, e.toString());
        }
    }

    private static String readable(DocumentType<?> type) {
        return type.readable().stream().map(String::valueOf).collect(joining(" "));
    }

    private static void requireUnavailable(RuntimeException failure) {
        if (!(failure instanceof StoreException) && !Database.isUnavailable(failure)) {
            throw failure;
        }
    }

    private void write(String sha256, Map<String, String> declared) {
        Map<String, String> now = new HashMap<>(read(sha256));
        declared.forEach((collection, readable) -> {
            if (!readable.equals(now.put(collection, readable))) {
                database.jdbi()
                        .useHandle(handle -> database.upsert(
                                handle,
                                "update plugin_document_type set readable = :readable"
                                        + " where sha256 = :sha256 and collection = :collection",
                                "insert into plugin_document_type (sha256, collection, readable)"
                                        + " values (:sha256, :collection, :readable)",
                                new Row(sha256, collection, readable)));
            }
        });
        known.put(sha256, Map.copyOf(now));
        boolean unused = unwritten.remove(sha256, declared);
    }

    private Map<String, String> read(String sha256) {
        Map<String, String> readable = new HashMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery(
                        "select collection, readable from plugin_document_type where sha256 = :sha256")
                .bind("sha256", sha256)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> readable.put(entry.getKey(), entry.getValue())));
        known.put(sha256, Map.copyOf(readable));
        return readable;
    }

    /** Stores what could not be stored, and reads all declared types in advance. Called periodically. */
    void remember() {
        unwritten.forEach(this::write);
        Map<String, Map<String, String>> all = new HashMap<>();
        database.jdbi()
                .useHandle(handle -> handle.createQuery("select sha256, collection, readable from plugin_document_type")
                        .map((row, context) -> new Row(row.getString(1), row.getString(2), row.getString(3)))
                        .forEach(row -> all.computeIfAbsent(row.sha256(), first -> new HashMap<>())
                                .put(row.collection(), row.readable())));
        all.forEach((sha256, readable) -> known.put(sha256, Map.copyOf(readable)));
    }

    /**
     * The stored schemas that a jar does not read, in words; none while the store is unavailable, since a rollback must
     * work then. A collection that it does not declare it does not touch.
     */
    List<String> unreadable(String platform, String sha256) {
        try {
            Map<String, String> readable = read(sha256);
            return readable.isEmpty() ? List.of() : unreadable(readable, stored(platform));
        } catch (RuntimeException e) {
            requireUnavailable(e);
            LOG.warn(
                    "platform {}: it is unknown whether a jar that declares {} reads all stored documents ({})",
                    platform,
                    known.getOrDefault(sha256, Map.of()),
                    e.toString());
            return List.of();
        }
    }

    private static List<String> unreadable(Map<String, String> readable, Map<String, Set<Integer>> stored) {
        List<String> unreadable = new ArrayList<>();
        stored.forEach((collection, schemas) -> {
            String reads = readable.get(collection);
            if (reads != null) {
                Set<Integer> own =
                        Arrays.stream(reads.split(" ")).map(Integer::valueOf).collect(Collectors.toSet());
                schemas.stream()
                        .filter(schema -> !own.contains(schema))
                        .forEach(schema -> unreadable.add(
                                collection + " of schema " + schema + " (it reads " + reads.replace(" ", ", ") + ")"));
            }
        });
        return unreadable;
    }

    private Map<String, Set<Integer>> stored(String platform) {
        Map<String, Set<Integer>> stored = new TreeMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery(
                        "select distinct collection, schema_number from document where platform = :platform")
                .bind("platform", platform)
                .map((row, context) -> Map.entry(row.getString(1), row.getInt(2)))
                .forEach(entry -> stored.computeIfAbsent(entry.getKey(), key -> new TreeSet<>())
                        .add(entry.getValue())));
        return stored;
    }
}
