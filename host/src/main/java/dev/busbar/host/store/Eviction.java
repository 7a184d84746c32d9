package dev.busbar.host.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failures that evict connections, besides those the pool knows. An embedded database that could not write its file, on a
 * full disk, has closed itself: every connection to it is dead though it says of itself that it is well, and a new one
 * opens the file again. Evicted by the first failure, since a further statement on it, such as the rollback, may never
 * return. Called by the pool, on any thread.
 */
final class Eviction implements SQLExceptionOverride {
    /** H2: a general error, such as a failed write; a file that cannot be read or written, or is damaged; closed. */
    private static final Set<Integer> DEAD = Set.of(50_000, 90_028, 90_030, 90_031, 90_098);

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
        if (!DEAD.contains(failure.getErrorCode())) {
            return Override.CONTINUE_EVICT;
        }
        HikariPoolMXBean all = pool == null ? null : pool.getHikariPoolMXBean();
        if (all != null) {
            all.softEvictConnections();
        }
        return Override.MUST_EVICT;
    }
}
