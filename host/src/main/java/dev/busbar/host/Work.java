package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.jobs.JobQueue;
import dev.busbar.host.jobs.JobRoutes;
import dev.busbar.host.jobs.JobRuntime;
import dev.busbar.host.jobs.JobWaitInterceptor;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.settings.HostSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The work that lasts: the queue of jobs, and those that this node runs. Its objects may be used by any thread. */
final class Work implements Part {
    private static final Duration WATCH_PERIOD = Duration.ofMillis(250);
    private static final Duration WAITS_PERIOD = Duration.ofSeconds(1);
    private static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    private final Storage storage;
    private final JobQueue queue;
    private final JobWaitInterceptor waits;
    private final JobRuntime jobs;

    /** The platforms, asked once the host serves. */
    interface KnownPlatforms {
        /** Returns whether a platform exists, even if it does not run. */
        boolean isKnown(String id);

        /** A platform as a caller; empty where there is none. */
        Optional<Caller> caller(String id);
    }

    Work(
            HostSettings settings,
            Part.Earlier earlier,
            CorrelationInterceptor correlation,
            KnownPlatforms platforms,
            Opened opened) {
        storage = earlier.storage();
        queue = new JobQueue(storage.database(), settings.base().work().jobs(), () -> correlation.name(List.of()));
        waits = earlier.traffic().jobWait();
        waits.follow(queue);
        jobs = opened.add(
                "jobs",
                new JobRuntime(
                        storage.database(),
                        queue,
                        new JobRuntime.Parts(
                                storage.node().name(),
                                settings.base().work().jobs(),
                                new Submitters(earlier.identity().access(), platforms::caller),
                                platforms::isKnown,
                                earlier.observation().meters())));
    }

    @Override
    public List<HostRoute> routes() {
        return new JobRoutes(queue, jobs, storage.database(), storage.audit())
                .routes().stream()
                        .map(route -> new HostRoute(route, HostRoute.Placement.ADMIN))
                        .toList();
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(WATCH_PERIOD, Ticks.Work.PROMPT, "limits of jobs", jobs::watch);
        ticks.every(WAITS_PERIOD, Ticks.Work.MAY_BLOCK, "requests that wait for jobs", waits::lookAtAll);
        ticks.every(SWEEP_PERIOD, Ticks.Work.MAY_BLOCK, "old jobs", jobs::sweep);
    }

    JobQueue queue() {
        return queue;
    }

    JobRuntime jobs() {
        return jobs;
    }
}
