package dev.busbar.host.jobs;

import dev.busbar.host.store.Database;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.statement.Query;

/**
 * The deletion of what is over, the counts of the queue, and the jobs of platforms that are gone. Each deletion is a short
 * transaction of its own. Blocks; thread-safe.
 */
final class SweepStore {
    private static final int BATCH = 500;

    private final Database database;

    /** The jobs of one principal in one state. */
    record Count(JobState state, String principal, long jobs) {}

    private record Bytes(String job, String kind) {}

    private record Absence(String platform) {}

    SweepStore(Database database) {
        this.database = database;
    }

    /** The number of jobs that have not ended, by state and principal. */
    List<Count> unended() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("select state, principal, count(*) as jobs from job"
                                + " where state in ('queued', 'delayed', 'running') group by state, principal")
                        .map((row, context) -> new Count(
                                state(row.getString("state")), row.getString("principal"), row.getLong("jobs")))
                        .list());
    }

    private static JobState state(String stored) {
        return JobState.valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** The number of jobs by the name of their state. */
    Map<String, Long> states() {
        Map<String, Long> counts = new HashMap<>();
        List<Count> all = database.jdbi()
                .withHandle(handle -> handle.createQuery("select state, count(*) as jobs from job group by state")
                        .map((row, context) -> new Count(state(row.getString("state")), "", row.getLong("jobs")))
                        .list());
        all.forEach(count -> counts.merge(count.state().text(), count.jobs(), Long::sum));
        return counts;
    }

    /** Deletes the bytes of jobs whose time is over, one row a transaction; returns the number of rows. */
    int purgeContents() {
        int deleted = 0;
        while (true) {
            List<String> expired = ids("select id from job where expires_at <= current_timestamp");
            for (String id : expired) {
                deleted += purgeContents(id);
                database.jdbi().useHandle(handle -> handle.createUpdate(
                                "update job set expires_at = null where id = :id and expires_at <= current_timestamp")
                        .bind("id", id)
                        .execute());
            }
            if (expired.size() < BATCH) {
                return deleted;
            }
        }
    }

    private int purgeContents(String id) {
        int deleted = 0;
        for (String kind : List.of("checkpoint", "result", "request")) {
            Bytes bytes = new Bytes(id, kind);
            deleted += database.jdbi().withHandle(handle -> handle.createUpdate(
                            "delete from job_content where job = :job and kind = :kind"
                                    + " and exists (select 1 from job where id = :job"
                                    + " and expires_at <= current_timestamp)")
                    .bind("job", bytes.job())
                    .bind("kind", bytes.kind())
                    .execute());
        }
        return deleted;
    }

    private List<String> ids(String sql) {
        return database.jdbi().withHandle(handle -> handle.createQuery(sql + " fetch first " + BATCH + " rows only")
                .mapTo(String.class)
                .list());
    }

    /** Deletes the records of jobs whose time is over, and whose bytes are deleted; returns their number. */
    int purgeRecords() {
        int deleted = 0;
        while (true) {
            int last = database.jdbi()
                    .withHandle(handle -> handle.createUpdate("delete from job where id in (select id from job"
                                    + " where delete_at <= current_timestamp and expires_at is null"
                                    + " fetch first " + BATCH + " rows only)")
                            .execute());
            deleted += last;
            if (last < BATCH) {
                return deleted;
            }
        }
    }

    /** The platforms that have queued jobs. */
    List<String> queuedPlatforms() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select distinct platform from job where state in ('queued', 'delayed')")
                .mapTo(String.class)
                .list());
    }

    /** Notes that a platform is gone, unless that is noted. */
    void absent(String platform) {
        boolean unused = database.jdbi()
                .withHandle(handle -> database.insert(
                        handle,
                        "insert into job_absence (platform, since) values (:platform, current_timestamp)",
                        new Absence(platform)));
    }

    /** Notes that a platform is there. */
    void present(String platform) {
        database.jdbi().useHandle(handle -> handle.createUpdate("delete from job_absence where platform = :platform")
                .bind("platform", platform)
                .execute());
    }

    /** The platforms that are noted as gone. */
    List<String> absences() {
        return database.jdbi().withHandle(handle -> handle.createQuery("select platform from job_absence")
                .mapTo(String.class)
                .list());
    }

    /** Queued jobs of a platform that has been gone for longer than a time. */
    List<String> abandoned(String platform, Duration age) {
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery("select j.id from job j, job_absence a where j.platform = :platform"
                    + " and a.platform = j.platform and a.since <= current_timestamp - " + JobStore.interval(age)
                    + " and j.state in ('queued', 'delayed') fetch first " + BATCH + " rows only");
            return query.bind("platform", platform).mapTo(String.class).list();
        });
    }
}
