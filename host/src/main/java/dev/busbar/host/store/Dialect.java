package dev.busbar.host.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The differences between H2 and PostgreSQL. Immutable. */
enum Dialect {
    /** Embedded, for one node. */
    H2("jdbc:h2:") {
        /**
         * Adds the settings the store depends on. Without {@code WRITE_DELAY=0} rows that were committed just before a
         * crash are lost; the host closes the database itself, so H2's own shutdown hook must not; the lock timeout is
         * for writers of one key that meet, who on PostgreSQL would simply wait. H2 refuses a URL in which one of them
         * already has another value. With the default retention time H2 2.5 reuses space that an older version of the
         * file still points to: killed every few seconds for a minute, it came back at a version of long ago. A day
         * keeps it from that.
         */
        @Override
        String connectionUrl(String url) {
            return url + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
                    + ";WRITE_DELAY=0;RETENTION_TIME=86400000;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";
        }

        /** H2 locks every row that a query with an order matches, however few it returns. */
        @Override
        String skippingLocked() {
            return "";
        }

        @Override
        String exactOrder() {
            return "";
        }

        @Override
        int snapshotIsolation() {
            return 6; // org.h2.engine.Constants.TRANSACTION_SNAPSHOT, which JDBC has no name for
        }

        /** Without it H2 collects all rows of a result in memory, whatever the fetch size. */
        @Override
        Optional<String> streaming(boolean on) {
            return Optional.of("set lazy_query_execution " + (on ? 1 : 0));
        }
    },
    /** A server, for any number of nodes. */
    POSTGRESQL("jdbc:postgresql:") {
        /** Keeps the values of a refused row out of the messages of the driver. */
        @Override
        String connectionUrl(String url) {
            return url + (url.indexOf('?') < 0 ? "?" : "&") + "logServerErrorDetail=false";
        }

        @Override
        String skippingLocked() {
            return " for update skip locked";
        }

        @Override
        String exactOrder() {
            return " collate \"C\"";
        }

        @Override
        int snapshotIsolation() {
            return Connection.TRANSACTION_REPEATABLE_READ;
        }

        /** The driver streams by the fetch size alone, in a transaction. */
        @Override
        Optional<String> streaming(boolean on) {
            return Optional.empty();
        }
    };

    /** SQLSTATE of a unique violation, which both vendors agree on. */
    private static final String UNIQUE_VIOLATION = "23505";

    /**
     * SQLSTATE classes: connection, transaction state such as read-only, rollback, resources, operator, system, lock not
     * available; H2's general errors, timeouts, and the codes of its own for a file that fails and a database that is
     * closed.
     */
    private static final List<String> UNAVAILABLE = List.of(
            "08", "25", "40", "53", "55P03", "57", "58", "HY", "90020", "90028", "90030", "90031", "90098", "90121");

    private static final Pattern SECRET = Pattern.compile("(?i)(password=)[^;&]*");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

    private final String scheme;

    Dialect(String scheme) {
        this.scheme = scheme;
    }

    /** The URL that is given to the driver. */
    abstract String connectionUrl(String url);

    /** The end of a query that locks the rows it returns and skips locked ones; empty where that locks too much. */
    abstract String skippingLocked();

    /** The end of the type of a text column whose order is that of its characters, whatever the language of the database. */
    abstract String exactOrder();

    /** The isolation level, for JDBC, at which all statements of a transaction read one state of the store. */
    abstract int snapshotIsolation();

    /** The statement that switches the streaming of results on or off, where the fetch size is not enough. */
    abstract Optional<String> streaming(boolean on);

    static Dialect of(String url) {
        for (Dialect dialect : values()) {
            if (url.startsWith(dialect.scheme)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("url: \"" + withoutSecrets(url)
                + "\" (expected: jdbc:h2:file:/path or jdbc:postgresql://host/database)");
    }

    static String withoutSecrets(String url) {
        String masked = SECRET.matcher(url).replaceAll("$1***");
        return USER_INFO.matcher(masked).replaceAll("//***@");
    }

    /** Returns whether a server was not reached, or is still starting: SQLSTATE class 08, and PostgreSQL's 57P03. */
    static boolean isUnreachable(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("08") || sql.getSQLState().equals("57P03");
            }
        }
        return false;
    }

    /**
     * Returns whether a failure means that the database is unavailable: out of reach, closed, full, read-only, or locked by
     * another transaction for too long.
     */
    static boolean isUnavailable(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true; // no connection can be had, for whatever reason the server gives, which has a state of its
                // own
            }
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state == null || UNAVAILABLE.stream().anyMatch(state::startsWith);
            }
        }
        return false;
    }

    /** Returns whether a statement failed because a row with its key is already there. */
    static boolean isDuplicateKey(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
