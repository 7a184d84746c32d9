package dev.busbar.host.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Migrates the tables to the version of this host. Within a major version migrations only add, so a host may run on a
 * schema with a newer minor version than its own; on a newer major version it may not. Safe when several nodes start at
 * once: Flyway locks its table. Stateless.
 */
final class Schema {
    private Schema() {}

    static void migrate(DataSource dataSource, Dialect dialect) {
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .placeholders(Map.of("exact", dialect.exactOrder()))
                .loggers("slf4j")
                .load();
        refuseNewerMajor(flyway.info());
        flyway.migrate();
    }

    private static void refuseNewerMajor(MigrationInfoService info) {
        Optional<MigrationVersion> applied = newest(info.applied());
        Optional<MigrationVersion> own = Arrays.stream(info.all())
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder());
        if (own.isEmpty()) {
            throw new StoreException("migrations: none (expected: db/migration on the class path; incomplete build?)");
        }
        if (applied.isPresent() && applied.get().getMajor().compareTo(own.get().getMajor()) > 0) {
            throw new StoreException("schema version: " + applied.get() + " (expected: "
                    + own.get().getMajor()
                    + ".x; a newer host has used this store, so start that version, or restore a backup)");
        }
    }

    private static Optional<MigrationVersion> newest(MigrationInfo[] migrations) {
        return Arrays.stream(migrations).map(MigrationInfo::getVersion).max(Comparator.naturalOrder());
    }
}
