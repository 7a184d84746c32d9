package dev.busbar.host.starts;

import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of starts of this node: the digests that it is starting, written before their code runs. The next process
 * of the same node finds here the digest whose start has crashed this one. The starts of other nodes do not count. Used by
 * the thread that decides; nothing that fails here fails a start.
 */
public final class StartStore {
    private static final Logger LOG = LoggerFactory.getLogger(StartStore.class);

    /** How long the crashes of a digest that nothing refers to are remembered: long enough for a scan of the folders. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Database database;
    private final Node node;
    private final Clock clock;
    private final Map<String, Row> crashed = new HashMap<>();

    private record Row(
            String node,
            String sha256,
            String pluginId,
            String version,
            boolean running,
            int crashes,
            int alone,
            Instant beganAt) {}

    /** The journal of a node. */
    public StartStore(Database database, Node node, Clock clock) {
        this.database = database;
        this.node = node;
        this.clock = clock;
    }

    /** Reads what this node was starting when its last process ended. Called once, before anything is started. */
    public void recall() {
        database.jdbi().useTransaction(handle -> {
            // Rows from before there were nodes: the first node to start is the one that a single node was.
            handle.execute("update generation_start set node = ? where node = ''", node.name());
            handle.execute(
                    "delete from generation_start where node = ? and running = false and began_at < ? and sha256 not in"
                            + " (select sha256 from plugin_desired union select sha256 from plugin_history"
                            + " union select sha256 from folder_file)",
                    node.name(),
                    clock.instant().minus(REMEMBERED));
            int running = handle.createQuery("select count(*) from generation_start where node = ? and running = true")
                    .bind(0, node.name())
                    .mapTo(Integer.class)
                    .one();
            handle.execute(
                    "update generation_start set crashes = crashes + 1, alone = alone + ?, running = false"
                            + " where node = ? and running = true",
                    running == 1 ? 1 : 0,
                    node.name());
            handle.createQuery("select * from generation_start where node = ?")
                    .bind(0, node.name())
                    .map((row, context) -> new Row(
                            row.getString("node"),
                            row.getString("sha256"),
                            row.getString("plugin_id"),
                            row.getString("version"),
                            false,
                            row.getInt("crashes"),
                            row.getInt("alone"),
                            clock.instant()))
                    .forEach(row -> {
                        crashed.put(row.sha256(), row);
                        LOG.info(
                                "plugin {} {}: the host crashed {} times while it was being started, {} times alone",
                                row.pluginId(),
                                row.version(),
                                row.crashes(),
                                row.alone());
                    });
        });
    }

    /** The number of crashes of this node while this digest was being started, since it last started well. */
    public int crashes(String sha256) {
        return Optional.ofNullable(crashed.get(sha256)).map(Row::crashes).orElse(0);
    }

    /** The weight of the crashes of a digest: a crash beside other starts counts once, one with no other start twice. */
    public int weight(String sha256) {
        return Optional.ofNullable(crashed.get(sha256))
                .map(row -> row.crashes() + row.alone())
                .orElse(0);
    }

    /** Records that the code of a digest is about to run. */
    public void begin(String sha256, String pluginId, String version) {
        database.jdbi().useTransaction(handle -> write(handle, sha256, pluginId, version));
    }

    private void write(Handle handle, String sha256, String pluginId, String version) {
        database.upsert(
                handle,
                "update generation_start set running = :running, crashes = :crashes, alone = :alone,"
                        + " began_at = :beganAt where node = :node and sha256 = :sha256",
                "insert into generation_start (node, sha256, plugin_id, version, running, crashes, alone, began_at)"
                        + " values (:node, :sha256, :pluginId, :version, :running, :crashes, :alone, :beganAt)",
                new Row(
                        node.name(),
                        sha256,
                        pluginId,
                        version,
                        true,
                        crashes(sha256),
                        weight(sha256) - crashes(sha256),
                        clock.instant()));
    }

    /** Records that a digest has started, or failed without a crash; earlier crashes no longer count. */
    public void end(String sha256) {
        crashed.remove(sha256);
        try {
            database.jdbi()
                    .useHandle(handle -> handle.execute(
                            "delete from generation_start where node = ? and sha256 = ?", node.name(), sha256));
        } catch (RuntimeException e) {
            // The next start of the host may then take it for one that has crashed the host; better than to stop here.
            LOG.warn("the start of {} could not be removed from the journal of starts", sha256, e);
        }
    }

    /**
     * Records that the process ends in good order: starts under way are no crash.
     *
     * @param exiting the plugins of which a thread is calling exit at this moment; their starts stay in the journal
     */
    public void close(Set<String> exiting) {
        try {
            database.jdbi().useTransaction(handle -> handle
                    .createQuery("select plugin_id from generation_start where node = ? and running = true")
                    .bind(0, node.name())
                    .mapTo(String.class)
                    .list()
                    .stream()
                    .filter(id -> !exiting.contains(id))
                    .forEach(id -> handle.execute(
                            "delete from generation_start where node = ? and plugin_id = ?", node.name(), id)));
        } catch (RuntimeException e) {
            LOG.warn("starts under way could not be removed from the journal of starts", e);
        }
    }
}
