package dev.busbar.host.recovery;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * The store that is filled by a restore or a copy: a file beside that of an embedded store, or a schema beside that of a
 * store on a server which has tables already. It takes its place at the end; until then the old store is as it was. For one
 * thread.
 */
final class NewStore implements AutoCloseable {
    private static final String MIGRATIONS = "flyway_schema_history";

    private final StoreSettings target;
    private final StoreSettings settings;
    private final Optional<Path> file;
    private final Optional<String> schema;
    private boolean inPlace;

    private NewStore(StoreSettings target, StoreSettings settings, Optional<Path> file, Optional<String> schema) {
        this.target = target;
        this.settings = settings;
        this.file = file;
        this.schema = schema;
    }

    /**
     * A new store without tables. On a server without tables it is the target itself, which is filled in one transaction.
     *
     * @param stamp a part of the names of schemas
     */
    static NewStore of(StoreSettings target, String stamp) throws IOException {
        if (Database.file(target).isPresent()) {
            StoreSettings beside = Database.beside(target, ".filling");
            Optional<Path> file = Database.file(beside);
            Files.deleteIfExists(file.orElseThrow());
            return new NewStore(target, beside, file, Optional.empty());
        }
        List<String> tables = Database.tables(target);
        if (tables.isEmpty()) {
            return new NewStore(target, target, Optional.empty(), Optional.empty());
        }
        if (tables.contains(MIGRATIONS)) {
            requireKnownSchema(target);
        }
        String schema = "filling_" + stamp;
        return new NewStore(target, Database.createSchema(target, schema), Optional.empty(), Optional.of(schema));
    }

    /** The tables of a newer host would be left beside those of the backup, since this build does not know them. */
    private static void requireKnownSchema(StoreSettings target) throws IOException {
        String newest = Database.newestSchemaVersion();
        for (String version :
                Database.peek(target, "select version from " + MIGRATIONS + " where success and version is not null")) {
            if (!ArchiveCheck.isKnown(version, newest)) {
                throw new IOException("the store that would be replaced has schema " + version + " (expected: at most "
                        + newest + "; this build does not know all of its tables. Restore into an empty database or"
                        + " schema, such as with currentSchema in store.url, or with the version that used it last)");
            }
        }
    }

    StoreSettings settings() {
        return settings;
    }

    /** Migrates tables that will replace others to the schema of this build, which has every table of them. */
    void migrate() {
        if (schema.isPresent()) {
            Database.open(settings).close();
        }
    }

    /**
     * Puts the store into its place. The file that is there must have been moved aside.
     *
     * @return the schema to which the old tables were moved
     */
    Optional<String> takePlace(String stamp) throws IOException {
        if (file.isPresent()) {
            Files.move(file.get(), Database.file(target).orElseThrow(), StandardCopyOption.ATOMIC_MOVE);
        }
        String replaced = "replaced_" + stamp;
        Optional<String> old = schema.filter(filled -> Database.replaceTables(target, filled, replaced))
                .map(filled -> replaced);
        inPlace = true;
        return old;
    }

    /** Deletes what has not been put into its place, and the log that H2 writes beside a file. */
    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            String name = String.valueOf(file.get().getFileName());
            Files.deleteIfExists(file.get().resolveSibling(name.replaceFirst("\\.mv\\.db$", ".trace.db")));
        }
        if (inPlace) {
            return;
        }
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
        schema.ifPresent(filled -> Database.dropSchema(target, filled));
    }
}
