package dev.busbar.host.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.busbar.host.threads.NonBlocking;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open store: pooled connections to a migrated database. What a transaction of it has committed survives the death
 * of the process. Safe for any number of threads; each call borrows a connection for its own time. On a thread that must
 * not block, every use throws {@link NonBlocking.WouldBlockException} before it has done anything.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final int UPSERT_ATTEMPTS = 5;

    private final HikariDataSource pool;
    private final StoreSettings settings;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool, StoreSettings settings) {
        this.pool = pool;
        this.settings = settings;
        this.jdbi = Jdbi.create((ConnectionFactory) () -> connection(pool))
                .registerArgument(new Times.Parameter())
                .registerColumnMapper(Instant.class, new Times.Column());
        // Jdbi's own rendering carries all bound values, among them hashes of keys, into logs.
        jdbi.getConfig(StatementExceptions.class)
                .setMessageRendering(failure -> failure.getShortMessage() + statement(failure));
    }

    /**
     * Connects and migrates. {@code Host} calls this once, before anything that stores.
     *
     * @throws StoreException when the database cannot be reached, is in use by another process (H2), does not accept
     *     the migrations, or was used by a newer major version
     */
    public static Database open(StoreSettings settings) {
        Compaction.beforeUse(settings);
        HikariDataSource pool = connect(settings, System.nanoTime());
        try {
            Schema.migrate(pool);
            return new Database(pool, settings);
        } catch (FlywayException e) {
            pool.close();
            throw new StoreException(
                    "store schema: " + Dialect.withoutSecrets(settings.url()) + " could not be migrated (expected: the"
                            + " tables as this host's migrations left them, and a login that may create tables): "
                            + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** Every use of the store begins here, so that none of them can block a thread that must not. */
    private static Connection connection(HikariDataSource pool) throws SQLException {
        NonBlocking.forbid("the store");
        return pool.getConnection();
    }

    private static String statement(StatementException failure) {
        StatementContext context = failure.getStatementContext();
        return context == null ? "" : " [statement: " + context.getRawSql() + "]";
    }

    private static HikariDataSource connect(StoreSettings settings, long beganNanos) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setJdbcUrl(Dialect.of(settings.url()).connectionUrl(settings.url()));
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.connections());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(settings.connectTimeout().toMillis());
        try {
            return Eviction.pool(config);
        } catch (HikariPool.PoolInitializationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean patient =
                    System.nanoTime() - beganNanos < settings.startTimeout().toNanos();
            if (patient && Dialect.isUnreachable(cause)) {
                LOG.warn("the database does not answer yet ({}); it is tried again", cause.getMessage());
                return connect(settings, beganNanos);
            }
            throw new StoreException(
                    "store.url: " + Dialect.withoutSecrets(settings.url()) + ", store.user: \"" + settings.user()
                            + "\" cannot be opened (expected: a database that answers within "
                            + settings.connectTimeout().toMillis()
                            + " ms and accepts this login; an embedded one belongs to one process): "
                            + cause.getMessage(),
                    cause);
        }
    }

    /** The entry to Jdbi, for the statements of a {@code …Store}. {@link Instant}s can be bound and read as they are. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** Runs work in a transaction, which is rolled back when the work throws. */
    public <T> T change(Transaction.Work<T> work) {
        return jdbi.inTransaction(handle -> work.in(new Transaction(handle)));
    }

    /** Reads on one connection without a transaction: a concurrent change may become visible between two statements. */
    public <T> T read(Transaction.Work<T> work) {
        return jdbi.withHandle(handle -> work.in(new Transaction(handle)));
    }

    /**
     * Updates the row of a key, or inserts it where there is none, with any number of concurrent writers. Inside the
     * transaction of the handle, if it has one.
     *
     * @param update a statement whose {@code where} names the key
     * @param insert a statement that inserts the same row
     * @param row its components are the named parameters of both statements
     */
    public void upsert(Handle handle, String update, String insert, Record row) {
        for (int attempt = 1; attempt <= UPSERT_ATTEMPTS; attempt++) {
            boolean changed = Rows.bind(handle.createUpdate(update), row).execute() > 0;
            if (changed || insert(handle, insert, row)) {
                return;
            }
        }
        throw new StoreException("upsert: neither changed nor inserted a row in " + UPSERT_ATTEMPTS
                + " attempts (expected: update and insert name the same key): " + insert);
    }

    /**
     * Inserts a row, unless there is already one with a key of it. Inside the transaction of the handle, if it has one,
     * which stays usable either way.
     *
     * @param row its components are the named parameters
     * @return whether the row was inserted
     */
    public boolean insert(Handle handle, String insert, Record row) {
        boolean inTransaction = handle.isInTransaction();
        if (inTransaction) {
            handle.savepoint("before_insert");
        }
        try {
            Rows.bind(handle.createUpdate(insert), row).execute();
        } catch (UnableToExecuteStatementException e) {
            if (!Dialect.isDuplicateKey(e)) {
                throw e;
            }
            if (inTransaction) {
                handle.rollbackToSavepoint("before_insert");
            }
            return false;
        }
        if (inTransaction) {
            handle.releaseSavepoint("before_insert");
        }
        return true;
    }

    /**
     * Sets a statement timeout for the rest of a transaction, where the vendor has one for a transaction alone; elsewhere
     * the lock timeout of 10 s applies.
     */
    public void limit(Transaction transaction, Duration max) {
        if (Dialect.of(settings.url()) == Dialect.POSTGRESQL) {
            transaction.handle().execute("set local statement_timeout = " + max.toMillis());
        }
    }

    /** Returns whether other nodes may use the same database; an embedded one belongs to one process. */
    public boolean isShared() {
        return Dialect.of(settings.url()) == Dialect.POSTGRESQL;
    }

    /**
     * Returns whether a failure means that the store is unavailable: out of reach, closed, full, read-only, or locked by
     * another transaction for too long. A retry may succeed later.
     */
    public static boolean isUnavailable(Throwable failure) {
        return Dialect.isUnavailable(failure);
    }

    /** Closes at once: connections in use are aborted. Call when everything that stores has stopped. */
    @Override
    public void close() {
        try (Connection last = pool.getConnection()) {
            Compaction.afterUse(settings, last);
        } catch (SQLException e) {
            LOG.warn("the file of the store could not be compacted", e);
        }
        pool.close();
    }
}
