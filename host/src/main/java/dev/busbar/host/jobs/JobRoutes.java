package dev.busbar.host.jobs;

import static dev.busbar.plugin.Route.NoContent.NO_CONTENT;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import dev.busbar.plugin.jobs.Submission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes of jobs, for their submitters and for operators. Safe for any number of threads. */
public final class JobRoutes {
    private static final Access SELF = Access.action("self");
    /** The permission to see and change the jobs of others. */
    private static final String ALL = "host:jobs";

    private static final int MAX_LISTED = 200;
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private static final Parameter<String> ID =
            Parameter.path("id", Codec.STRING).description("the id of the job");
    private static final Parameter<Optional<String>> PLATFORM =
            Parameter.query("platform", Codec.STRING).optional().description("jobs of this platform only");
    private static final Parameter<Optional<String>> TYPE =
            Parameter.query("type", Codec.STRING).optional().description("jobs of this type only");
    private static final Parameter<Optional<String>> STATE = Parameter.query(
                    "state", Codec.STRING.oneOf("queued", "running", "succeeded", "failed", "cancelled"))
            .optional()
            .description("jobs in this state only");
    private static final Parameter<Optional<String>> PRINCIPAL = Parameter.query("principal", Codec.STRING)
            .optional()
            .description("jobs of this principal only; for others than the caller, with host:jobs");
    private static final Parameter<Optional<String>> AFTER =
            Parameter.query("after", Codec.STRING).optional().description("the id of the last job of the page before");
    private static final Parameter<Integer> LIMIT =
            Parameter.query("limit", Codec.INT.min(1).max(MAX_LISTED)).defaultValue(50);

    private static final JsonCodec JSON = new JsonCodec(JobRoutes.class.getClassLoader());

    private final JobQueue queue;
    private final JobRuntime jobs;
    private final Database database;
    private final AuditTrail audit;

    /**
     * A request for a job.
     *
     * @param request the request of the job, as its type defines
     * @param after the time before which it does not run
     * @param priority high, normal or low
     */
    record JobRequest(
            @Nullable String platform,
            @Nullable String type,
            @Nullable Object request,
            Optional<Instant> after,
            Optional<String> priority) {}

    /** The progress of a job; percent only where the total is known. */
    record ProgressView(long done, long total, Optional<Integer> percent, String message) {
        static ProgressView of(StoredJob job) {
            Optional<Integer> percent = job.total() == 0
                    ? Optional.empty()
                    : Optional.of((int) Math.min(100, (long) (100.0 * job.done() / job.total())));
            return new ProgressView(job.done(), job.total(), percent, job.message());
        }
    }

    /**
     * The view of a job.
     *
     * @param runAt the time before which it does not run, where it waits for that
     * @param etaSeconds the time that it needs until its end if it goes on as it did
     * @param waiting the reason why it is not started
     * @param result the path of its result
     * @param problem its last failure
     * @param fault the failure as operators see it
     */
    record JobView(
            String id,
            String platform,
            String type,
            String principal,
            String state,
            boolean cancelRequested,
            ProgressView progress,
            Instant createdAt,
            Optional<Instant> runAt,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            Optional<Long> etaSeconds,
            int attempts,
            Optional<String> waiting,
            Optional<String> result,
            Optional<Object> problem,
            Optional<String> fault) {}

    /** Routes over a queue, and over what this node runs of it. */
    public JobRoutes(JobQueue queue, JobRuntime jobs, Database database, AuditTrail audit) {
        this.queue = queue;
        this.jobs = jobs;
        this.database = database;
        this.audit = audit;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.get("/jobs", this::list)
                        .access(SELF)
                        .summary("The jobs of the caller, the newest first")
                        .parameter(PLATFORM)
                        .parameter(TYPE)
                        .parameter(STATE)
                        .parameter(PRINCIPAL)
                        .parameter(AFTER)
                        .parameter(LIMIT)
                        .returns(JobView[].class),
                Route.post("/jobs", JobRequest.class, this::submit)
                        .access(SELF)
                        .summary("Submit a job of a type that a platform declares")
                        .maxBodyBytes(MAX_REQUEST_BYTES)
                        .example(RouteExample.request(
                                Map.of("platform", "wordcount", "type", "count", "request", Map.of("book", "emma"))))
                        .returns(202, JobView.class),
                Route.get("/jobs/{id}", this::show)
                        .access(SELF)
                        .summary("A job; Prefer: wait=<seconds> waits for its end")
                        .parameter(ID)
                        .returns(JobView.class),
                Route.delete("/jobs/{id}", NO_CONTENT, this::cancel)
                        .access(SELF)
                        .summary("Cancel a job")
                        .parameter(ID),
                Route.get("/jobs/{id}/result", this::result)
                        .access(SELF)
                        .summary("The result of a job")
                        .parameter(ID)
                        .returns(Object.class),
                Route.post("/jobs/{id}/retry", this::retry)
                        .access(SELF)
                        .summary("Run a failed job again, from its last checkpoint")
                        .parameter(ID)
                        .returns(202, JobView.class));
    }

    private static Caller caller(Request request) {
        return request instanceof CallerAware aware
                ? aware.caller().orElseThrow()
                : Optional.<Caller>empty().orElseThrow();
    }

    private static Actor actor(Request request) {
        Caller caller = caller(request);
        String address = request instanceof CallerAware aware ? aware.clientAddress() : "";
        return Actor.of(caller.principal(), caller.keyId(), address, request.correlationId());
    }

    private Response list(Request request) {
        Caller caller = caller(request);
        Map<String, String> filter = new HashMap<>();
        request.get(PLATFORM).ifPresent(platform -> filter.put("platform", platform));
        request.get(TYPE).ifPresent(type -> filter.put("type", type));
        boolean all = caller.permits().test(ALL);
        Optional<String> principal = request.get(PRINCIPAL);
        if (!all) {
            filter.put("principal", caller.principal().id());
        } else {
            principal.ifPresent(id -> filter.put("principal", id));
        }
        boolean ofOthers =
                principal.filter(id -> !id.equals(caller.principal().id())).isPresent();
        List<StoredJob> found = ofOthers && !all
                ? List.of()
                : queue.list(filter, request.get(STATE), request.get(AFTER).orElse(""), request.get(LIMIT));
        return Response.json(found.stream().map(job -> view(job, all)).toList());
    }

    /** The job, if the caller may see it; a job of others looks as if it were not there. */
    private StoredJob find(Request request) {
        Caller caller = caller(request);
        return queue.find(request.get(ID))
                .filter(job -> job.principal().equals(caller.principal().id())
                        || caller.permits().test(ALL))
                .orElseThrow(() -> ProblemException.notFound("there is no job with this id that you may see"));
    }

    private Response submit(Request request, JobRequest wanted) {
        Caller caller = caller(request);
        String platform = required("/platform", wanted.platform());
        String type = required("/type", wanted.type());
        if (wanted.request() == null) {
            throw ProblemException.invalid("/request", "is missing (expected: the request of the job)");
        }
        String permission = jobs.permission(platform, type)
                .orElseThrow(() -> ProblemException.invalid(
                        "/type",
                        "no platform that runs now declares this type of jobs (expected: " + platform + "'s)"));
        if (!caller.permits().test(permission)) {
            throw ProblemType.FORBIDDEN
                    .problem("You lack the permission " + permission + ".")
                    .with("requiredPermission", permission);
        }
        // A credential without a key is known by its own end only, so that its job must not begin after that.
        boolean isBeyond = caller.account().id().indexOf(':') >= 0
                && wanted.after()
                        .filter(at -> caller.expiresAt()
                                .filter(end -> !at.isBefore(end))
                                .isPresent())
                        .isPresent();
        if (isBeyond) {
            throw ProblemException.invalid("/after", "expected: a time before your credential expires");
        }
        NewJob job = new NewJob(
                platform,
                type,
                Submitter.of(caller),
                JSON.encode(wanted.request()),
                options(wanted),
                request.correlationId());
        String id = queue.enqueue(job);
        audit.count(AuditEvent.done("job.submit", actor(request), "job:" + platform + "/" + type, Map.of("last", id)));
        return accepted(queue.find(id).orElseThrow(), caller);
    }

    private static Submission options(JobRequest wanted) {
        Submission options = Submission.options();
        if (wanted.after().isPresent()) {
            options = options.after(wanted.after().get());
        }
        String priority = wanted.priority().orElse("normal");
        return switch (priority) {
            case "high" -> options.priority(Submission.Priority.HIGH);
            case "normal" -> options;
            case "low" -> options.priority(Submission.Priority.LOW);
            default ->
                throw ProblemException.invalid("/priority", "\"" + priority + "\" (expected: high, normal or low)");
        };
    }

    private static String required(String pointer, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw ProblemException.invalid(pointer, "is missing (expected: a name)");
        }
        return value;
    }

    private Response accepted(StoredJob job, Caller caller) {
        return Response.json(view(job, caller.permits().test(ALL)))
                .status(202)
                .header("location", "/jobs/" + job.id())
                .header("retry-after", "1");
    }

    private Response show(Request request) {
        StoredJob job = find(request);
        Response response = Response.json(view(job, caller(request).permits().test(ALL)));
        return job.state().hasEnded() ? response : response.header("retry-after", "1");
    }

    private void cancel(Request request) {
        StoredJob job = find(request);
        if (!queue.cancel(job.id())
                && queue.find(job.id())
                        .filter(now -> now.state() == JobState.CANCELLED)
                        .isEmpty()) {
            throw ProblemException.conflict("the job has ended before it was cancelled");
        }
        audit.count(AuditEvent.done("job.cancel", actor(request), "job:" + job.id(), Map.of()));
    }

    private Response result(Request request) {
        StoredJob job = find(request);
        if (!job.state().hasEnded()) {
            throw ProblemException.conflict("the job has not ended").withHeader("Retry-After", "1");
        }
        if (job.state() != JobState.SUCCEEDED) {
            throw ProblemException.conflict(
                    "the job has no result: it is " + job.state().text() + ", see /jobs/" + job.id());
        }
        if (isExpired(job)) {
            throw ProblemType.GONE.problem("the result of the job was deleted some time after its end");
        }
        return queue.result(job.id())
                .map(bytes -> Response.bytes("application/json", bytes))
                .orElseGet(Response::noContent);
    }

    private static boolean isExpired(StoredJob job) {
        Instant expires = job.expiresAt();
        return expires == null || !Instant.now().isBefore(expires);
    }

    private Response retry(Request request) {
        StoredJob job = find(request);
        Caller caller = caller(request);
        JobRuntime.requirePermission(caller, jobs.permission(job.platform(), job.type()));
        boolean queued = database.change(transaction -> {
            boolean again = queue.retry(transaction, job.id());
            if (again) {
                audit.append(
                        transaction,
                        AuditEvent.done("job.retry", actor(request), "job:" + job.id(), Map.of("type", job.type())));
            }
            return again;
        });
        if (!queued) {
            throw ProblemException.conflict(
                    "the job is " + job.state().text() + ", or its request was deleted (expected: a failed job)");
        }
        queue.wake();
        return accepted(queue.find(job.id()).orElseThrow(), caller);
    }

    private JobView view(StoredJob job, boolean operator) {
        boolean queued = job.state() == JobState.QUEUED || job.state() == JobState.DELAYED;
        return new JobView(
                job.id(),
                job.platform(),
                job.type(),
                job.principal(),
                job.state().text(),
                job.cancelAt() != null && !job.state().hasEnded(),
                ProgressView.of(job),
                job.createdAt(),
                job.state() == JobState.DELAYED ? Optional.of(job.runAt()) : Optional.empty(),
                Optional.ofNullable(job.startedAt()),
                Optional.ofNullable(job.finishedAt()),
                eta(job),
                queued && job.startedAt() == null ? 0 : job.attempt(),
                jobs.waiting(job),
                job.state() == JobState.SUCCEEDED && !isExpired(job)
                        ? Optional.of("/jobs/" + job.id() + "/result")
                        : Optional.empty(),
                Optional.ofNullable(job.problem()).map(JobRoutes::parsed),
                operator ? Optional.ofNullable(job.fault()) : Optional.empty());
    }

    private static Object parsed(String problem) {
        try {
            return JSON.decode(new ByteArrayInputStream(problem.getBytes(StandardCharsets.UTF_8)), Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static Optional<Long> eta(StoredJob job) {
        Instant started = job.startedAt();
        boolean known =
                job.state() == JobState.RUNNING && started != null && job.done() > 0 && job.total() > job.done();
        if (!known || started == null) {
            return Optional.empty();
        }
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1_000.0;
        return Optional.of((long) Math.ceil(Math.max(0, seconds) * (job.total() - job.done()) / job.done()));
    }
}
