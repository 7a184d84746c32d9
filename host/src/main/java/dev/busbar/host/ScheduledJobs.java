package dev.busbar.host;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.JsonCodec;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.jobs.HostJobType;
import dev.busbar.host.jobs.JobQueue;
import dev.busbar.host.jobs.JobRuntime;
import dev.busbar.host.jobs.NewJob;
import dev.busbar.host.jobs.Submitter;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.schedules.ScheduledWork;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.jobs.Submission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The jobs that schedules start. Safe for any number of threads. */
final class ScheduledJobs implements ScheduledWork {
    /** The type of the jobs that make a request. */
    static final String REQUEST = "request";

    private static final JsonCodec JSON = JsonCodec.withoutTraces(Host.class.getClassLoader());

    private final JobQueue queue;
    private final JobRuntime runtime;
    private final Routes routes;
    private final Platforms platforms;
    private final Supplier<String> correlationIds;
    private final Map<String, List<String>> asked = new ConcurrentHashMap<>();

    /**
     * The platforms.
     *
     * @param installed the ids of those that are installed
     */
    record Platforms(PlatformGrants grants, Supplier<Set<String>> installed) {}

    ScheduledJobs(
            JobQueue queue, JobRuntime runtime, Routes routes, Platforms platforms, Supplier<String> correlationIds) {
        this.queue = queue;
        this.runtime = runtime;
        this.routes = routes;
        this.platforms = platforms;
        this.correlationIds = correlationIds;
    }

    /** Sets the permissions that the manifest of a platform requests. */
    void asked(String platform, List<String> permissions) {
        asked.put(platform, List.copyOf(permissions));
    }

    @Override
    public Optional<String> permission(Action action) {
        if (action instanceof Action.OfJob job) {
            return Optional.of(runtime.permission(job.platform(), job.type())
                    .orElseThrow(() -> ProblemException.invalid(
                            "/job/type",
                            "\"" + job.type() + "\" (expected: a type of jobs of a platform that is served)")));
        }
        Action.OfRequest request = (Action.OfRequest) action;
        return contract(request).permission();
    }

    private RouteContract contract(Action.OfRequest request) {
        int query = request.path().indexOf('?');
        String path = query < 0 ? request.path() : request.path().substring(0, query);
        try {
            return routes.table().contract(request.method(), CanonicalPath.parse(path));
        } catch (ProblemException e) {
            throw ProblemException.invalid("/request/path", e.detail() + " (expected: a route that is served)");
        }
    }

    @Override
    public String enqueue(Transaction transaction, DueRun run) {
        Submission options = Submission.options().uniqueKey(run.uniqueKey()).after(run.after());
        Submitter submitter = Submitter.of(run.as());
        if (run.action() instanceof Action.OfJob job) {
            byte[] request = bytes(job.request().isEmpty() ? "{}" : job.request());
            return queue.enqueue(
                    transaction,
                    new NewJob(job.platform(), job.type(), submitter, request, options, correlationIds.get()));
        }
        byte[] request = JSON.encode(run.action());
        return queue.enqueue(
                transaction,
                new NewJob(HostJobType.PLATFORM, REQUEST, submitter, request, options, correlationIds.get()));
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void committed() {
        queue.wake();
    }

    @Override
    public boolean isUnfinished(Transaction transaction, String jobId) {
        return queue.isUnfinished(transaction, jobId);
    }

    @Override
    public Set<String> served() {
        return routes.table().mounts().entrySet().stream()
                .filter(mount -> mount.getValue() instanceof RouteTable.Mount.Served)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public Set<String> known() {
        return platforms.installed().get();
    }

    @Override
    public Optional<Caller> platform(String id) {
        return Optional.ofNullable(asked.get(id))
                .filter(permissions -> served().contains(id))
                .map(permissions -> platforms.grants().caller(id, permissions));
    }
}
