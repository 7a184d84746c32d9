package dev.busbar.host.jobs;

import dev.busbar.core.ProblemType;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.threads.Uninterrupted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that this node runs: who serves which platform, and the dispatcher that claims jobs for them. Started and closed
 * once, by {@code Host}; the rest may be called from any thread.
 */
public final class JobRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobRuntime.class);
    private static final int STORE_THREADS = 8;
    private static final long STORE_END_SECONDS = 10;
    private static final int HOST_RETRIES = 3;

    private final JobQueue queue;
    private final Parts parts;
    private final ExecutorService storeThreads = Threads.idling("busbar-jobs-store", STORE_THREADS);
    private final Uninterrupted uninterrupted = new Uninterrupted(storeThreads);
    private final Map<String, JobServer> servers = new ConcurrentHashMap<>();
    private final Map<String, JobServer> hostServers = new ConcurrentHashMap<>();
    private final Dispatcher dispatcher;

    /**
     * The parts of the host that jobs need.
     *
     * @param node the name of this node
     * @param settings the settings
     * @param submitters look-up of submitters when their jobs start
     * @param known returns whether a platform exists, even if it does not run
     * @param meters the meters of the host
     */
    public record Parts(
            String node, JobSettings settings, Submitter.Lookup submitters, Predicate<String> known, Meters meters) {}

    /** Jobs that do not run yet. */
    public JobRuntime(Database database, JobQueue queue, Parts parts) {
        this(database, queue, parts, Dispatcher.BEAT);
    }

    /** @param beat the period at which leases are renewed, and those of others looked at */
    JobRuntime(Database database, JobQueue queue, Parts parts, Duration beat) {
        this.queue = queue;
        this.parts = parts;
        this.dispatcher = new Dispatcher(
                new Dispatcher.Means(
                        new ClaimStore(
                                database,
                                new ClaimStore.Owner(
                                        parts.node(), UUID.randomUUID().toString()),
                                parts.settings().maxPerPrincipal()),
                        new SweepStore(database),
                        queue,
                        uninterrupted,
                        this::serving,
                        beat),
                parts);
        queue.onWake(this::wake);
        queue.onChanged(dispatcher::changed);
    }

    private List<JobServer> serving() {
        return Stream.concat(servers.values().stream(), hostServers.values().stream())
                .toList();
    }

    /** Takes up what earlier processes of this node have left, and begins to run jobs. */
    public void start() {
        dispatcher.start();
    }

    /** The jobs of a new generation, which serves none yet. */
    public GenerationJobs open(GenerationJobs.Means means) {
        return new GenerationJobs(means, this);
    }

    /** Adds a type of jobs that the host runs itself. */
    public void register(HostJobType type) {
        RunnableType runnable = new RunnableType(
                type.name(),
                Optional.empty(),
                HOST_RETRIES,
                type.limit(),
                Integer.MAX_VALUE,
                1,
                List.of(1),
                run -> bounded(type.body().run(new HostJobType.HostJob(run))));
        Door door = Door.uncounted(new Generation(new Owner.Host(), "0.0.0"));
        JobServer server = new JobServer(
                door,
                JobRuntime.class.getClassLoader(),
                List.of(runnable),
                new JobServer.Means(type.threads(), parts.submitters()::current, runMeans(UnaryOperator.identity())));
        hostServers.put(type.name(), server);
    }

    private byte @Nullable [] bounded(byte @Nullable [] result) {
        if (result != null && result.length > settings().maxResultBytes()) {
            throw ProblemType.PAYLOAD_TOO_LARGE.problem("job result: " + result.length + " bytes (expected: at most "
                    + settings().maxResultBytes() + ")");
        }
        return result;
    }

    private JobRun.Means runMeans(UnaryOperator<String> hiding) {
        return new JobRun.Means(queue.store(), dispatcher, hiding);
    }

    JobServer server(GenerationJobs.Means means, ClassLoader loader, List<RunnableType> types) {
        Function<Submitter, Optional<Caller>> callers = submitter -> {
            Caller self = means.self().get();
            return submitter.principal().id().equals(self.principal().id())
                    ? Optional.of(self)
                    : parts.submitters().current(submitter);
        };
        return new JobServer(
                means.door(),
                loader,
                types,
                new JobServer.Means(parts.settings().threads(), callers, runMeans(means.hiding())));
    }

    void serve(JobServer server) {
        servers.put(server.platform(), server);
        wake();
    }

    /** A generation without jobs serves the platform. */
    void retract(String platform) {
        servers.remove(platform);
    }

    void close(JobServer server) {
        servers.remove(server.platform(), server);
        server.close();
    }

    /** Looks at the queue soon. */
    void wake() {
        dispatcher.wake();
    }

    JobQueue queue() {
        return queue;
    }

    JobSettings settings() {
        return parts.settings();
    }

    Uninterrupted uninterrupted() {
        return uninterrupted;
    }

    /** The permission that a submission of a type needs; empty where this node does not run it. */
    public Optional<String> permission(String platform, String type) {
        return Optional.ofNullable(servers.get(platform))
                .flatMap(server -> server.type(type))
                .flatMap(RunnableType::permission);
    }

    /** The reason why a queued job is not claimed on this node, for people; empty where nothing prevents that. */
    public Optional<String> waiting(StoredJob job) {
        boolean queued = job.state() == JobState.QUEUED || job.state() == JobState.DELAYED;
        if (!queued || job.platform().equals(HostJobType.PLATFORM)) {
            return Optional.empty();
        }
        JobServer server = servers.get(job.platform());
        if (server == null) {
            return Optional.of("platform " + job.platform() + " does not run on this node, or runs no jobs");
        }
        Optional<RunnableType> type = server.type(job.type());
        if (type.isEmpty()) {
            return Optional.of("platform " + job.platform() + " as it runs now has no jobs of the type " + job.type());
        }
        boolean readable = job.checkpointSchema() == 0 || type.get().reads().contains(job.checkpointSchema());
        return readable
                ? Optional.empty()
                : Optional.of("its checkpoint has the schema " + job.checkpointSchema() + ", and platform "
                        + job.platform() + " as it runs now reads " + type.get().reads());
    }

    /** Requires a permission of a caller. */
    static void requirePermission(Caller caller, Optional<String> permission) {
        permission.filter(needed -> !caller.permits().test(needed)).ifPresent(lacking -> {
            throw ProblemType.FORBIDDEN
                    .problem("You lack the permission " + lacking + ".")
                    .with("requiredPermission", lacking);
        });
    }

    /** Sets the results of limits and leases; for a thread that must not block, several times a second. */
    public void watch() {
        dispatcher.watch();
    }

    /** Deletes what is over, and fails the jobs of platforms that are gone; each minute. */
    public void sweep() {
        dispatcher.sweep();
    }

    /** Asks what runs for checkpoints, waits for a limit, and leaves the rest to be claimed again. */
    public void drain(Duration limit) {
        dispatcher.drain(limit);
    }

    /** Ends the dispatcher; what still runs has lost its job. */
    @Override
    public void close() {
        dispatcher.close();
        hostServers.values().forEach(JobServer::close);
        storeThreads.shutdown(); // not interrupted: the embedded store would close its file
        try {
            if (!storeThreads.awaitTermination(STORE_END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("something of jobs is still being written to the store");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
