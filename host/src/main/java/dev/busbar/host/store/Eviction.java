package dev.busbar.host.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The failures that evict connections, besides those the pool knows. An embedded database that could not write its file, on a
 * full disk, has closed itself: every connection to it is dead though it says of itself that it is well, and a new one
 * opens the file again. Called by the pool, on any thread.
 */
final class Eviction implements SQLExceptionOverride {
    private static final int H2_CLOSED = 90_098;

    private volatile @Nullable HikariDataSource pool;

    static HikariDataSource pool(HikariConfig config) {
        Eviction eviction = new Eviction();
        config.setExceptionOverride(eviction);
        HikariDataSource pool = new HikariDataSource(config);
        eviction.pool = pool;
        return pool;
    }

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        if (failure.getErrorCode() != H2_CLOSED) {
            return Override.CONTINUE_EVICT;
        }
        HikariPoolMXBean all = pool == null ? null : pool.getHikariPoolMXBean();
        if (all != null) {
            all.softEvictConnections();
        }
        return Override.MUST_EVICT;
    }
}
