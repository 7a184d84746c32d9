package dev.busbar.host.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Empty databases of both vendors. PostgreSQL is a real server, started once in the JVM, with a schema for each test. */
public final class Databases implements ArgumentsProvider {
    /** For JUnit. */
    public Databases() {}

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return Stream.<Supplier<StoreSettings>>of(Databases::h2, Databases::postgresql)
                .map(Supplier::get)
                .map(settings ->
                        Arguments.of(Named.of(Dialect.of(settings.url()).name(), open(settings)), settings));
    }

    /** Opens an empty database of {@link #h2()} or {@link #postgresql()}, with its tables. */
    public static Database open(StoreSettings settings) {
        try (Connection held = MigratedTables.connect(settings)) {
            if (!ConnectionPool.isServer(settings)) {
                MigratedTables.createIn(settings, held);
            }
            return Database.open(settings);
        } catch (SQLException e) {
            throw new IllegalStateException("no tables can be created in " + settings.url(), e);
        }
    }

    /** An empty H2 database without tables, that lives as long as a connection to it. */
    public static StoreSettings h2() {
        return settings("jdbc:h2:mem:" + UUID.randomUUID(), "");
    }

    /** A schema of a PostgreSQL server with the empty tables of a migrated store. */
    public static StoreSettings postgresql() {
        StoreSettings settings = emptyPostgresql();
        try (Connection connection = MigratedTables.connect(settings)) {
            MigratedTables.createIn(settings, connection);
        } catch (SQLException e) {
            throw new IllegalStateException("no tables can be created in " + settings.url(), e);
        }
        return settings;
    }

    /** A schema of a PostgreSQL server without tables. */
    public static StoreSettings emptyPostgresql() {
        String schema = "test_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException("schema " + schema + " cannot be created", e);
        }
        String url = "jdbc:postgresql://localhost:" + Server.RUNNING.getPort() + "/postgres?currentSchema=" + schema;
        return settings(url, "postgres");
    }

    /** The port of the server of a {@linkplain #postgresql() schema}. */
    public static int port(StoreSettings postgresql) {
        return Integer.parseInt(postgresql.url().replaceFirst(".*localhost:(\\d+)/.*", "$1"));
    }

    /** The URL of a {@linkplain #postgresql() schema} behind a proxy on another port. */
    public static String through(int proxyPort, StoreSettings postgresql) {
        return postgresql.url().replaceFirst("localhost:\\d+", "localhost:" + proxyPort);
    }

    private static StoreSettings settings(String url, String user) {
        return new StoreSettings(url, user, "", 4, Duration.ofSeconds(10), Duration.ZERO);
    }

    /** Started when first asked for; stopped by a shutdown hook of its own. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL cannot be started", e);
            }
        }
    }
}
