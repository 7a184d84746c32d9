package dev.busbar.host.lifecycle;

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
 * Which digests were being started, written before their code runs: one that kills the process is found here by the next
 * host, and not started again by itself. Used by the thread that decides; nothing that fails here fails a start.
 */
final class StartStore {
    private static final Logger LOG = LoggerFactory.getLogger(StartStore.class);

    /** What is held against a digest that is nowhere any more; time enough for a folder to be looked at. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Database database;
    private final Clock clock;
    private final Map<String, Row> deadly = new HashMap<>();

    private record Row(
            String sha256, String pluginId, String version, boolean running, int deaths, int alone, Instant beganAt) {}

    StartStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Finds out what was being started when the last process ended. Called once, before anything is started. */
    void recall() {
        database.jdbi().useTransaction(handle -> {
            handle.execute(
                    "delete from plugin_start where running = false and began_at < ? and sha256 not in (select sha256"
                            + " from plugin_desired union select sha256 from plugin_history"
                            + " union select sha256 from plugin_inbox)",
                    clock.instant().minus(REMEMBERED));
            int running = handle.createQuery("select count(*) from plugin_start where running = true")
                    .mapTo(Integer.class)
                    .one();
            handle.execute(
                    "update plugin_start set deaths = deaths + 1, alone = alone + ?, running = false"
                            + " where running = true",
                    running == 1 ? 1 : 0);
            handle.createQuery("select * from plugin_start")
                    .map((row, context) -> new Row(
                            row.getString("sha256"),
                            row.getString("plugin_id"),
                            row.getString("version"),
                            false,
                            row.getInt("deaths"),
                            row.getInt("alone"),
                            clock.instant()))
                    .forEach(row -> {
                        deadly.put(row.sha256(), row);
                        LOG.info(
                                "plugin {} {}: the host died {} times while it was being started, {} times alone",
                                row.pluginId(),
                                row.version(),
                                row.deaths(),
                                row.alone());
                    });
        });
    }

    /** How often the host has died while this digest was being started, since it last started well. */
    int deaths(String sha256) {
        return Optional.ofNullable(deadly.get(sha256)).map(Row::deaths).orElse(0);
    }

    /** How much speaks against it: a death beside others counts once, one with nobody else being started twice. */
    int weight(String sha256) {
        return Optional.ofNullable(deadly.get(sha256))
                .map(row -> row.deaths() + row.alone())
                .orElse(0);
    }

    /** Its code runs from now on. */
    void begin(String sha256, String pluginId, String version) {
        database.jdbi().useTransaction(handle -> write(handle, sha256, pluginId, version));
    }

    private void write(Handle handle, String sha256, String pluginId, String version) {
        database.upsert(
                handle,
                "update plugin_start set running = :running, deaths = :deaths, alone = :alone, began_at = :beganAt"
                        + " where sha256 = :sha256",
                "insert into plugin_start (sha256, plugin_id, version, running, deaths, alone, began_at) values"
                        + " (:sha256, :pluginId, :version, :running, :deaths, :alone, :beganAt)",
                new Row(
                        sha256,
                        pluginId,
                        version,
                        true,
                        deaths(sha256),
                        weight(sha256) - deaths(sha256),
                        clock.instant()));
    }

    /** It has started, or failed without harm; nothing is held against it any more. */
    void end(String sha256) {
        deadly.remove(sha256);
        try {
            database.jdbi().useHandle(handle -> handle.execute("delete from plugin_start where sha256 = ?", sha256));
        } catch (RuntimeException e) {
            // The next start of the host may then take it for one that killed the process; better than to stop here.
            LOG.warn("the start of {} could not be struck off", sha256, e);
        }
    }

    /**
     * The process ends in good order: what is still being started does not kill it.
     *
     * @param exiting the plugins of which a thread is ending the process at this moment; that is no good order
     */
    void close(Set<String> exiting) {
        try {
            database.jdbi()
                    .useTransaction(handle -> handle
                            .createQuery("select plugin_id from plugin_start where running = true")
                            .mapTo(String.class)
                            .list()
                            .stream()
                            .filter(id -> !exiting.contains(id))
                            .forEach(id -> handle.execute("delete from plugin_start where plugin_id = ?", id)));
        } catch (RuntimeException e) {
            LOG.warn("starts under way could not be struck off", e);
        }
    }
}
