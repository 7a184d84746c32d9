package dev.busbar.host.state;

import dev.busbar.core.state.DocumentScan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The statement of a scan. It sorts by all columns of the index, so that H2 reads in the order of the index instead of
 * sorting. Immutable but for its parameters; for one thread.
 */
final class ScanStatement {
    private final DocumentScan scan;
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> parameters = new HashMap<>();
    private final String tables;
    private final String order;

    ScanStatement(String platform, DocumentScan scan) {
        this.scan = scan;
        String scanned = hasTerms() ? "f" : "d";
        tables = hasTerms()
                ? "document_field f join document d on d.platform = f.platform and d.collection = f.collection"
                        + " and d.id = f.id"
                : "document d";
        String direction = scan.descending() ? " desc" : "";
        order = String.join(
                direction + ", ",
                hasTerms()
                        ? List.of("f.platform", "f.collection", "f.name", "f.term", "f.id" + direction)
                        : List.of("d.platform", "d.collection", "d.id" + direction));
        where(scanned + ".platform = :platform", "platform", platform);
        where(scanned + ".collection = :collection", "collection", scan.collection());
        if (hasTerms()) {
            where("f.name = :name", "name", scan.order().field());
            where("f.term >= :from", "from", DocumentStore.bytes(scan.from()));
            where("f.term < :below", "below", DocumentStore.bytes(scan.below()));
        }
        scan.idBelow().ifPresent(end -> {
            where(scanned + ".id >= :prefix", "prefix", scan.idPrefix());
            where(scanned + ".id < :prefixEnd", "prefixEnd", end);
        });
        scan.position().ifPresent(position -> behind(scanned, position));
        matches();
    }

    private void behind(String scanned, DocumentScan.Position position) {
        String beyond = scan.descending() ? "<" : ">";
        if (hasTerms()) {
            where(
                    "(f.term " + beyond + " :lastTerm or f.id " + beyond + " :lastId)",
                    "lastTerm",
                    DocumentStore.bytes(position.term()));
        } else {
            conditions.add(scanned + ".id " + beyond + " :lastId");
        }
        parameters.put("lastId", position.id());
    }

    private void matches() {
        int number = 0;
        for (Map.Entry<String, String> match : scan.matches().entrySet()) {
            String name = "match" + number++;
            parameters.put(name + "Term", DocumentStore.bytes(match.getValue()));
            where(
                    "exists (select 1 from document_field " + name + " where " + name + ".platform = d.platform and "
                            + name + ".collection = d.collection and " + name + ".id = d.id and " + name + ".name = :"
                            + name + "Name and " + name + ".term = :" + name + "Term)",
                    name + "Name",
                    match.getKey());
        }
    }

    private void where(String condition, String parameter, Object value) {
        conditions.add(condition);
        parameters.put(parameter, value);
    }

    /** Returns whether it is scanned by a field. */
    boolean hasTerms() {
        return !scan.order().isOfIds();
    }

    /** The sizes of the rows of a page. */
    String sizes(int count) {
        return statement("d.size", count);
    }

    /** The rows of a page. */
    String rows(int count) {
        String term = hasTerms() ? ", f.term" : "";
        return statement("d.id, d.version, d.schema_number, d.body, d.changed_at" + term, count);
    }

    private String statement(String columns, int count) {
        return "select " + columns + " from " + tables + " where " + String.join(" and ", conditions) + " order by "
                + order + " fetch first " + count + " rows only";
    }

    /** The named parameters of both statements. */
    Map<String, Object> parameters() {
        return parameters;
    }
}
