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
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Migrates the tables to the version of this host. Within a major version migrations only add, so a host may run on a
 * schema with a newer minor version than its own; on a newer major version it may not. Safe when several nodes start at
 * once: Flyway locks its table. Stateless.
 */
final class Schema {
    private Schema() {}

    /** @param target the version to stop at; empty for the newest */
    static void migrate(DataSource dataSource, Dialect dialect, Optional<String> target) {
        FluentConfiguration configuration = configuration()
                .placeholders(Map.of("exact", dialect.exactOrder()))
                .dataSource(dataSource);
        target.ifPresent(configuration::target);
        Flyway flyway = configuration.load();
        refuseNewerMajor(flyway.info());
        flyway.migrate();
    }

    /** The newest version in a migrated database. */
    static String version(DataSource dataSource) {
        MigrationInfo[] applied =
                configuration().dataSource(dataSource).load().info().applied();
        return newest(applied).map(MigrationVersion::getVersion).orElse("");
    }

    /** The newest version among the migrations of this build. */
    static String newest() {
        Flyway flyway = configuration().dataSource("jdbc:h2:mem:", "", "").load();
        return newest(flyway.info().all()).map(MigrationVersion::getVersion).orElse("");
    }

    private static FluentConfiguration configuration() {
        return Flyway.configure().locations("classpath:db/migration").loggers("slf4j");
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
