package dev.busbar.host.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens pools of connections. Connections to a server have client-side limits, because a server that hangs, or whose
 * packets are dropped, would hold its callers for hours: the statement timeout ends what the server still answers, the
 * longer socket timeout the rest. A parameter of {@code store.url} takes precedence over the limit of its name.
 * Stateless.
 */
final class ConnectionPool {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

    /** The same limit as that of the embedded database, see {@link Dialect#H2}. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration IDLE_TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(40);

    /** For one statement of a migration, which may rewrite a large table. */
    private static final Duration MIGRATION_SOCKET_TIMEOUT = Duration.ofHours(1);

    private static final int MIGRATION_CONNECTIONS = 4;

    private ConnectionPool() {}

    /**
     * Opens the pool for the statements of the host. A server that does not answer is tried again until the start-up
     * timeout has passed.
     *
     * @throws StoreException when the database cannot be opened
     */
    static HikariDataSource open(StoreSettings settings) {
        HikariConfig config = configuration(settings, SOCKET_TIMEOUT);
        config.setMaximumPoolSize(settings.connections());
        if (isServer(settings)) {
            config.setConnectionInitSql(limits(settings.url()));
        }
        return connect(config, settings);
    }

    /** Opens a pool of a server for migrations, which have no statement timeout. */
    static HikariDataSource forMigrations(StoreSettings settings) {
        HikariConfig config = configuration(settings, MIGRATION_SOCKET_TIMEOUT);
        config.setMaximumPoolSize(MIGRATION_CONNECTIONS);
        config.setMinimumIdle(0);
        return connect(config, settings);
    }

    static boolean isServer(StoreSettings settings) {
        return Dialect.of(settings.url()) == Dialect.POSTGRESQL;
    }

    private static HikariConfig configuration(StoreSettings settings, Duration socketTimeout) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setJdbcUrl(Dialect.of(settings.url()).connectionUrl(settings.url()));
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        config.setValidationTimeout(Math.min(config.getValidationTimeout(), config.getConnectionTimeout()));
        if (isServer(settings)) {
            long connectSeconds = Math.max(1, settings.connectTimeout().toSeconds());
            config.addDataSourceProperty("connectTimeout", String.valueOf(connectSeconds));
            config.addDataSourceProperty("loginTimeout", String.valueOf(connectSeconds));
            config.addDataSourceProperty("socketTimeout", String.valueOf(socketTimeout.toSeconds()));
            config.addDataSourceProperty("tcpKeepAlive", "true");
        }
        return config;
    }

    private static String limits(String url) {
        List<String> statements = new ArrayList<>();
        if (!url.contains("statement_timeout")) {
            statements.add("set statement_timeout = " + STATEMENT_TIMEOUT.toMillis());
        }
        if (!url.contains("lock_timeout")) {
            statements.add("set lock_timeout = " + LOCK_TIMEOUT.toMillis());
        }
        if (!url.contains("idle_in_transaction_session_timeout")) {
            // else the locks of a node that is frozen or cut off would last until the server notices, hours later
            statements.add("set idle_in_transaction_session_timeout = " + IDLE_TRANSACTION_TIMEOUT.toMillis());
        }
        return statements.isEmpty() ? "select 1" : String.join("; ", statements);
    }

    private static HikariDataSource connect(HikariConfig config, StoreSettings settings) {
        long began = System.nanoTime();
        while (true) {
            try {
                return Eviction.pool(config);
            } catch (HikariPool.PoolInitializationException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                boolean patient =
                        System.nanoTime() - began < settings.startTimeout().toNanos();
                if (!patient || !Dialect.isUnreachable(cause)) {
                    throw unusable(settings, cause);
                }
                LOG.warn("the database does not answer yet ({}); it is tried again", cause.getMessage());
            }
        }
    }

    private static StoreException unusable(StoreSettings settings, Throwable cause) {
        return new StoreException(
                "store.url: " + Dialect.withoutSecrets(settings.url()) + ", store.user: \"" + settings.user()
                        + "\" cannot be opened (expected: a database that answers within "
                        + settings.connectTimeout().toMillis()
                        + " ms and accepts this login; an embedded one belongs to one process): "
                        + cause.getMessage(),
                cause);
    }
}
