package dev.busbar.host;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.calls.PlatformCalls;
import dev.busbar.host.calls.StoredRequests;
import dev.busbar.host.generation.Connections;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.jobs.HostJobType;
import dev.busbar.host.jobs.JobQueue;
import dev.busbar.host.jobs.StoredJob;
import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.schedules.ScheduledWork;
import dev.busbar.host.schedules.Schedules;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.webhooks.Webhooks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Schedules, the jobs that they start, and webhooks. Its objects may be used by any thread. */
final class Scheduling implements Part, Connections.ScheduleBoard {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduling.class);
    private static final int REQUEST_THREADS = 8;
    private static final int SENDERS = 4;
    private static final Duration MAX_REQUEST = Duration.ofHours(1);

    private final Schedules schedules;
    private final Webhooks webhooks;
    private final ScheduledJobs jobs;
    /** The periodic work that an outage of the store has interrupted. */
    private final Set<String> interrupted = ConcurrentHashMap.newKeySet();
    /** The schedules of the generations that have become primary last. */
    private final Map<String, List<ScheduledWork.Declared>> declared = new ConcurrentHashMap<>();
    /** Those that are not stored yet. */
    private final Map<String, List<ScheduledWork.Declared>> pending = new ConcurrentHashMap<>();
    /** The platforms whose schedules could not be stored, for a reason of their own. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** @param platforms the ids of the platforms that are installed, asked once the host serves */
    Scheduling(
            HostSettings settings,
            Part.Earlier earlier,
            Work work,
            CorrelationInterceptor correlation,
            Supplier<Set<String>> platforms,
            Opened opened) {
        Storage storage = earlier.storage();
        Meters meters = earlier.observation().meters();
        Supplier<String> ids = () -> correlation.name(List.of());
        PlatformGrants grants = settings.identity().grants();
        jobs = new ScheduledJobs(
                work.queue(),
                work.jobs(),
                earlier.traffic().table(),
                new ScheduledJobs.Platforms(grants, platforms),
                ids);
        schedules = new Schedules(
                new Schedules.Means(
                        storage.database(),
                        earlier.identity().access().keys(),
                        jobs,
                        storage.audit(),
                        storage.clock(),
                        meters),
                settings.base().work().schedules());
        ExecutorService senders = Threads.idling("busbar-webhooks", SENDERS);
        webhooks = Webhooks.of(
                new Webhooks.Means(storage.database(), storage.audit(), storage.clock(), meters, senders),
                settings.base().work().webhooks());
        opened.add("webhooks", () -> {
            webhooks.stop();
            Closing.end(senders);
        });
        JobQueue queue = work.queue();
        queue.onEnded((transaction, job) -> ended(transaction, job));
        PlatformCalls calls = new PlatformCalls(earlier.traffic().table(), meters, storage.audit(), ids);
        RequestJobs requests =
                new RequestJobs(new StoredRequests(calls), JsonCodec.withoutTraces(Host.class.getClassLoader()));
        work.jobs().register(new HostJobType(ScheduledJobs.REQUEST, REQUEST_THREADS, MAX_REQUEST, requests::run));
    }

    @Override
    public List<HostRoute> routes() {
        return Stream.concat(schedules.routes().stream(), webhooks.routes().stream())
                .toList();
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(
                Schedules.FIRE_PERIOD,
                Ticks.Work.ON_ITS_OWN_THREAD,
                "schedules",
                () -> withStore("schedules", this::fire));
        ticks.every(Schedules.SWEEP_PERIOD, Ticks.Work.MAY_BLOCK, "suspended schedules", this::sweep);
        ticks.every(Webhooks.PERIOD, Ticks.Work.MAY_BLOCK, "webhooks", () -> withStore("webhooks", webhooks::send));
        ticks.every(Webhooks.PERIOD, Ticks.Work.PROMPT, "late webhooks", webhooks::expire);
        ticks.every(Webhooks.SWEEP_PERIOD, Ticks.Work.MAY_BLOCK, "old deliveries", webhooks::sweep);
    }

    /** Runs periodic work that needs the store; an outage of that is logged once. */
    private void withStore(String name, Runnable work) {
        try {
            work.run();
            interrupted.remove(name);
        } catch (RuntimeException e) {
            if (!(e instanceof StoreException) && !Database.isUnavailable(e)) {
                throw e;
            }
            if (interrupted.add(name)) {
                LOG.warn("{}: nothing is done while the store is unavailable ({})", name, e.getMessage());
            }
        }
    }

    private void fire() {
        pending.forEach((platform, wanted) -> {
            try {
                schedules.declare(platform, wanted);
                pending.remove(platform, wanted);
                refused.remove(platform);
            } catch (RuntimeException e) {
                if (e instanceof StoreException || Database.isUnavailable(e)) {
                    throw e;
                }
                pending.remove(platform, wanted);
                refused.add(platform);
                LOG.error(
                        "the schedules of platform {} could not be stored; it is tried again in a minute", platform, e);
            }
        });
        schedules.fire();
    }

    /**
     * Stores the schedules of what is served again where that has failed, and where there are none: another node may have
     * deleted them.
     */
    private void sweep() {
        Set<String> served = jobs.served();
        Set<String> stored = schedules.declaring();
        declared.keySet().retainAll(jobs.known());
        refused.retainAll(declared.keySet());
        declared.forEach((platform, wanted) -> {
            if (served.contains(platform) && (!stored.contains(platform) || refused.contains(platform))) {
                pending.putIfAbsent(platform, wanted);
            }
        });
        schedules.sweep();
    }

    @Override
    public void check(Connections.DeclaredSchedule schedule) {
        converted(schedule).check();
    }

    @Override
    public void replace(String platform, List<String> asked, List<Connections.DeclaredSchedule> wanted) {
        jobs.asked(platform, asked);
        List<ScheduledWork.Declared> now =
                wanted.stream().map(Scheduling::converted).toList();
        declared.put(platform, now);
        pending.put(platform, now);
    }

    private static ScheduledWork.Declared converted(Connections.DeclaredSchedule schedule) {
        return new ScheduledWork.Declared(
                schedule.name(),
                schedule.cron(),
                schedule.interval(),
                schedule.zone(),
                schedule.type(),
                schedule.request(),
                schedule.makeUp() > 0 ? "all" : schedule.missed(),
                Math.max(1, schedule.makeUp()),
                schedule.overlap(),
                schedule.jitter());
    }

    /** Called in the transaction in which a job ends. */
    private void ended(Transaction transaction, StoredJob job) {
        if (!webhooks.isIdle()) {
            webhooks.ended(
                    transaction,
                    new Webhooks.Ended(
                            job.id(),
                            job.principal(),
                            job.platform(),
                            job.type(),
                            job.state().text()));
        }
    }
}
