package dev.busbar.host.store;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.busbar.host.threads.NonBlocking;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
 * The open store: pooled connections to a migrated database. A committed transaction survives a crash of the process.
 * Safe for any number of threads; each call borrows a connection for its own time. On a thread that must not block,
 * every use throws {@link NonBlocking.WouldBlockException} before it has done anything.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final int UPSERT_ATTEMPTS = 5;

    /** For the server's own refusal of a statement that takes too long to arrive. */
    private static final Duration NETWORK_GRACE = Duration.ofSeconds(1);

    private final HikariDataSource pool;
    private final StoreSettings settings;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool, StoreSettings settings) {
        this.pool = pool;
        this.settings = settings;
        this.jdbi = Jdbi.create((ConnectionFactory) () -> connection(pool))
                .registerArgument(new Times.Parameter())
                .registerColumnMapper(Instant.class, new Times.Column());
        // Jdbi's default rendering puts all bound values, among them hashes of keys, into logs.
        jdbi.getConfig(StatementExceptions.class)
                .setMessageRendering(failure -> failure.getShortMessage() + statement(failure));
    }

    /**
     * Connects and migrates. Called once, by {@code Host}, before any feature uses the store.
     *
     * @throws StoreException when the database cannot be reached, is in use by another process (H2), does not accept
     *     the migrations, or was used by a newer major version
     */
    public static Database open(StoreSettings settings) {
        return open(settings, Optional.empty());
    }

    /**
     * As {@link #open(StoreSettings)}, but migrates up to a schema version only: for rows of a store that had that schema.
     *
     * @param schema a version of {@link #schemaVersion}
     */
    public static Database open(StoreSettings settings, String schema) {
        return open(settings, Optional.of(schema));
    }

    private static Database open(StoreSettings settings, Optional<String> schema) {
        PrivateFile.prepare(settings);
        Compaction.beforeUse(settings);
        PrivateFile.ensure(settings);
        return ConnectionPool.isServer(settings) ? openServer(settings, schema) : openEmbedded(settings, schema);
    }

    private static Database openServer(StoreSettings settings, Optional<String> schema) {
        try (HikariDataSource migrations = ConnectionPool.forMigrations(settings)) {
            migrate(migrations, settings, schema);
        }
        return new Database(ConnectionPool.open(settings), settings);
    }

    /** Migrates on the pool that stays: a database in memory ends with its last connection. */
    private static Database openEmbedded(StoreSettings settings, Optional<String> schema) {
        HikariDataSource pool = ConnectionPool.open(settings);
        try {
            migrate(pool, settings, schema);
            return new Database(pool, settings);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static void migrate(HikariDataSource pool, StoreSettings settings, Optional<String> schema) {
        try {
            Schema.migrate(pool, Dialect.of(settings.url()), schema);
        } catch (FlywayException e) {
            throw new StoreException(
                    "store schema: " + Dialect.withoutSecrets(settings.url()) + " could not be migrated (expected: the"
                            + " tables as this host's migrations left them, and a login that may create tables): "
                            + e.getMessage(),
                    e);
        }
    }

    /** Gets a connection. Every use of the store begins here, so that none can block a thread that must not. */
    private static Connection connection(HikariDataSource pool) throws SQLException {
        NonBlocking.forbid("the store");
        return pool.getConnection();
    }

    private static String statement(StatementException failure) {
        StatementContext context = failure.getStatementContext();
        return context == null ? "" : " [statement: " + context.getRawSql() + "]";
    }

    /**
     * The entry to Jdbi, for the statements of a {@code …Store}. {@link Instant}s can be bound and read as they are.
     */
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

    /** A long read, such as of the whole store. */
    @FunctionalInterface
    public interface Reading<T, X extends Exception> {
        /** Reads in the transaction. */
        T in(Transaction transaction) throws X;
    }

    /**
     * Reads one state of the whole store, on one connection, while others write. Results stream: a statement with a fetch
     * size holds that many rows in memory.
     */
    public <T, X extends Exception> T snapshot(Reading<T, X> work) throws X {
        Dialect dialect = Dialect.of(settings.url());
        return jdbi.withHandle(handle -> {
            dialect.streaming(true).ifPresent(handle::execute);
            isolate(handle, dialect);
            handle.begin();
            try {
                return work.in(new Transaction(handle));
            } finally {
                handle.rollback();
                dialect.streaming(false).ifPresent(handle::execute);
            }
        });
    }

    private static void isolate(Handle handle, Dialect dialect) {
        try {
            // The pool resets it when the connection is returned.
            handle.getConnection().setTransactionIsolation(dialect.snapshotIsolation());
        } catch (SQLException e) {
            throw new StoreException("store: no snapshot can be read", e);
        }
    }

    /** The version of the newest migration that this store has, such as {@code 1.15}. */
    public String schemaVersion() {
        return Schema.version(pool);
    }

    /** The version of the newest migration that this build of the host has. */
    public static String newestSchemaVersion() {
        return Schema.newest();
    }

    /** Returns whether a store has tables already; what is there is neither migrated nor changed. */
    public static boolean hasTables(StoreSettings settings) {
        return !UnopenedStore.tables(settings).isEmpty();
    }

    /** The names of the tables in the schema of a store that is not opened, also of those that are not the host's. */
    public static List<String> tables(StoreSettings settings) {
        return UnopenedStore.tables(settings);
    }

    /** Creates a schema on the server of a shared store; returns the settings of a store in it. */
    public static StoreSettings createSchema(StoreSettings server, String schema) {
        UnopenedStore.createSchema(server, schema);
        return UnopenedStore.inSchema(server, schema);
    }

    /** Deletes a schema of {@link #createSchema} with its tables, if it is there. */
    public static void dropSchema(StoreSettings server, String schema) {
        UnopenedStore.dropSchema(server, schema);
    }

    /**
     * Moves the tables of a schema to that of a shared store, and those of the same names from there to another new schema;
     * all or none.
     *
     * @return whether there were old tables, and so that schema is there
     */
    public static boolean replaceTables(StoreSettings server, String filled, String replaced) {
        return UnopenedStore.replaceTables(server, filled, replaced);
    }

    /** The first column of a query of a store that is not opened, and so not migrated. */
    public static List<String> peek(StoreSettings settings, String query) {
        return UnopenedStore.peek(settings, query);
    }

    /** The settings of another embedded store, in a file beside, whose name has a suffix. */
    public static StoreSettings beside(StoreSettings embedded, String suffix) {
        return Compaction.beside(embedded, suffix);
    }

    /** The file of an embedded store; empty for a store on a server, or in memory. */
    public static Optional<Path> file(StoreSettings settings) {
        return Compaction.file(settings);
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
     * Limits each statement of the rest of a transaction on a server to a time of its own, shorter or longer than the
     * default, and with it the wait for a server that hangs. An embedded database has its lock timeout of 10 s alone.
     */
    public void limit(Transaction transaction, Duration max) {
        if (!isShared()) {
            return;
        }
        Handle handle = transaction.handle();
        try {
            // The pool resets it when the connection is returned.
            handle.getConnection()
                    .setNetworkTimeout(
                            Runnable::run,
                            Math.toIntExact(max.plus(NETWORK_GRACE).toMillis()));
        } catch (SQLException e) {
            throw new StoreException("store: no time limit can be set", e);
        }
        handle.execute("set local statement_timeout = " + max.toMillis());
    }

    /**
     * Returns when whatever has been read is on the disk. An embedded database shows a transaction to others before it has
     * written it, and does not have it any more when that fails; a server shows what it has written.
     */
    public void ensureWritten() {
        if (!isShared()) {
            jdbi.useHandle(handle -> handle.execute("checkpoint sync"));
        }
    }

    /** Returns whether other nodes may use the same database; an embedded one belongs to one process. */
    public boolean isShared() {
        return ConnectionPool.isServer(settings);
    }

    /**
     * The end of a query of a queue, which locks the rows it returns and skips those that are locked; empty in an
     * embedded database, whose one process needs no such lock.
     */
    public String skippingLocked() {
        return Dialect.of(settings.url()).skippingLocked();
    }

    /**
     * Returns whether a failure means that the store is unavailable: out of reach, closed, full, read-only, or locked
     * by another transaction for too long. A retry may succeed later.
     */
    public static boolean isUnavailable(Throwable failure) {
        return Dialect.isUnavailable(failure);
    }

    /** Runs the shortest statement, to find out if the database answers. */
    public void ping() {
        jdbi.useHandle(handle -> handle.execute("select 1"));
    }

    /**
     * The use of the connection pool.
     *
     * @param waiting threads that wait for a connection
     */
    public record PoolUse(int active, int idle, int waiting) {}

    /** The use of the connection pool now. Does not block. */
    public PoolUse poolUse() {
        HikariPoolMXBean use = pool.getHikariPoolMXBean();
        return new PoolUse(use.getActiveConnections(), use.getIdleConnections(), use.getThreadsAwaitingConnection());
    }

    /** Closes immediately: connections in use are aborted. Called when all features that use the store have stopped. */
    @Override
    public void close() {
        try (Connection last = pool.getConnection()) {
            Compaction.afterUse(settings, last);
            // Compacting has closed it, which the pool would report.
            pool.evictConnection(last);
            PrivateFile.ensure(settings);
        } catch (SQLException e) {
            LOG.warn("the file of the store could not be compacted", e);
        }
        pool.close();
    }
}
