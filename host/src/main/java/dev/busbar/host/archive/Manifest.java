package dev.busbar.host.archive;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The last entry of an archive: what was backed up, and every other entry. Immutable.
 *
 * @param header the first entry
 * @param entries all entries but the manifest, in their order
 * @param tables the rows of each table, which may be in several entries
 */
public record Manifest(Header header, List<Entry> entries, List<Rows> tables) {
    /** The product in the header. */
    static final String PRODUCT = "busbar";

    /** The version of the format that is written; older ones are read, newer ones are refused. */
    static final int FORMAT = 1;

    static final String HEADER_NAME = "header.json";
    static final String NAME = "manifest.json";
    /** The names that entries may have: no segment begins with a point, so none leaves its folder. */
    static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*");

    static final Pattern CHUNK = Pattern.compile("tables/([a-z0-9_]+)/[0-9]{8}\\.ndjson");

    /** Copies its lists. */
    public Manifest {
        entries = List.copyOf(entries);
        tables = List.copyOf(tables);
    }

    /**
     * What an archive is.
     *
     * @param product always {@code busbar}
     * @param format the version of the format
     * @param schema the version of the store's schema
     * @param version the version of the host
     * @param id the id of the backup
     * @param node the node that made it
     * @param createdAt the time of its snapshot, in ISO 8601
     * @param epoch the state of the store that it is a part of
     */
    public record Header(
            String product,
            int format,
            String schema,
            String version,
            String id,
            String node,
            String createdAt,
            String epoch) {
        /** The header of an archive that this build writes. */
        public static Header of(String schema, String version, String id, String node, String createdAt, String epoch) {
            return new Header(PRODUCT, FORMAT, schema, version, id, node, createdAt, epoch);
        }
    }

    /** An entry with the SHA-256 of its content. */
    public record Entry(String name, long size, String sha256) {}

    /**
     * The rows of a table.
     *
     * @param sum the sum over the rows that does not depend on their order
     */
    public record Rows(String table, long rows, String sum) {}

    /** The rows of a table; empty if it is not in the archive. */
    public Optional<Rows> rows(String table) {
        return tables.stream().filter(rows -> rows.table().equals(table)).findFirst();
    }

    /** The count of rows of all tables. */
    public long totalRows() {
        return tables.stream().mapToLong(Rows::rows).sum();
    }
}
