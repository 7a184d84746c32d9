package dev.busbar.host.state;

import static java.util.stream.Collectors.joining;

import dev.busbar.host.store.Database;
import dev.busbar.plugin.state.DocumentType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The document types that jars have declared, and the schemas of stored documents. Safe for any number of threads and nodes. */
final class DocumentTypeStore {
    private final Database database;

    private record Row(String sha256, String collection, String readable) {}

    DocumentTypeStore(Database database) {
        this.database = database;
    }

    /** Stores the types that a jar declares. */
    void declare(String sha256, List<DocumentType<?>> types) {
        Map<String, String> known = readable(sha256);
        for (DocumentType<?> type : types) {
            String readable = type.readable().stream().map(String::valueOf).collect(joining(" "));
            if (!readable.equals(known.get(type.name()))) {
                database.jdbi()
                        .useHandle(handle -> database.upsert(
                                handle,
                                "update plugin_document_type set readable = :readable"
                                        + " where sha256 = :sha256 and collection = :collection",
                                "insert into plugin_document_type (sha256, collection, readable)"
                                        + " values (:sha256, :collection, :readable)",
                                new Row(sha256, type.name(), readable)));
            }
        }
    }

    private Map<String, String> readable(String sha256) {
        Map<String, String> readable = new HashMap<>();
        database.jdbi().useHandle(handle -> handle.createQuery(
                        "select collection, readable from plugin_document_type where sha256 = :sha256")
                .bind("sha256", sha256)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> readable.put(entry.getKey(), entry.getValue())));
        return readable;
    }

    /** The stored schemas that a jar does not read, in words. A collection that it does not declare it does not touch. */
    List<String> unreadable(String platform, String sha256) {
        Map<String, String> readable = readable(sha256);
        if (readable.isEmpty()) {
            return List.of();
        }
        List<String> unreadable = new ArrayList<>();
        stored(platform).forEach((collection, schemas) -> {
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
