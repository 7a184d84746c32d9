package dev.busbar.host.schedules;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Requester;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.schedules.ScheduleStore.Row;
import dev.busbar.host.schedules.ScheduleStore.Run;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Routes over schedules. Safe for any number of threads. */
final class ScheduleRoutes {
    private static final Access SELF = Access.action("self");
    private static final int MAX_LISTED = 500;
    private static final int MAX_RUNS = 100;
    private static final Parameter<Integer> LIMIT = Parameter.query(
                    "limit", Codec.INT.min(1).max(MAX_LISTED))
            .defaultValue(100)
            .description("the max number")
            .example("20");
    private static final Parameter<String> AFTER =
            Parameter.query("after", Codec.STRING).defaultValue("").description("`next` of the page before");
    private static final Parameter<Optional<String>> OWNER = Parameter.query("owner", Codec.STRING)
            .optional()
            .description("the id of a principal; those of others are for `host:schedules`");
    private static final String DESCRIPTION = "Exactly one of `cron` (five fields) and `interval` (ISO 8601, at least"
            + " `PT10S`), and one of `job` and `request`. It runs with the permissions that this credential has now, as"
            + " far as it still has them then.";

    private final Schedules schedules;

    /**
     * A page of schedules, by id.
     *
     * @param next the value of {@code after} for the next page; empty on the last one
     */
    record Page(List<ScheduleView> items, Optional<String> next) {}

    /**
     * What became of the last times of a schedule, the latest first.
     *
     * @param missed how many of them were missed
     */
    record History(List<ScheduleView.RunView> items, long missed) {}

    ScheduleRoutes(Schedules schedules) {
        this.schedules = schedules;
    }

    List<HostRoute> routes() {
        return all().stream()
                .map(route -> new HostRoute(route, HostRoute.Placement.ADMIN))
                .toList();
    }

    private List<Route> all() {
        return List.of(
                Route.get("/schedules", this::list)
                        .access(SELF)
                        .summary("The schedules of the caller")
                        .parameter(LIMIT)
                        .parameter(AFTER)
                        .parameter(OWNER)
                        .returns(Page.class),
                Route.post("/schedules", Definition.class, this::create)
                        .access(SELF)
                        .summary("Create a schedule for a job or a request")
                        .description(DESCRIPTION)
                        .problem(
                                ProblemType.FORBIDDEN.status(),
                                ProblemType.FORBIDDEN.id(),
                                "the caller lacks the permission of the action, or its credential is not bound to a key")
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "there are too many schedules")
                        .example(RouteExample.request(Map.of(
                                "name",
                                "nightly audit",
                                "cron",
                                "30 2 * * *",
                                "zone",
                                "Europe/Berlin",
                                "request",
                                Map.of("method", "POST", "path", "/api/turbo/audits", "body", Map.of("dataset", "a")))))
                        .returns(201, ScheduleView.class),
                Route.get("/schedules/{id}", this::show)
                        .access(SELF)
                        .summary("A schedule with its next times")
                        .returns(ScheduleView.class),
                Route.patch("/schedules/{id}", this::change)
                        .access(SELF)
                        .summary("Change a schedule")
                        .description(
                                "A JSON Merge Patch (RFC 7396): absent members are unchanged, `null` removes a value."
                                        + " From then on it runs with the permissions of this credential.")
                        .bodyType(Map.class)
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), "a plugin declares it")
                        .returns(ScheduleView.class),
                Route.delete("/schedules/{id}", this::delete)
                        .access(SELF)
                        .summary("Delete a schedule; its jobs stay")
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), "a plugin declares it")
                        .returns(204),
                Route.get("/schedules/{id}/runs", this::history)
                        .access(SELF)
                        .summary("What became of the last times of a schedule")
                        .returns(History.class),
                Route.post("/schedules/{id}/pause", this::pause)
                        .access(SELF)
                        .summary("Pause a schedule; times that pass are not missed")
                        .returns(ScheduleView.class),
                Route.post("/schedules/{id}/resume", this::resume)
                        .access(SELF)
                        .summary("Resume a schedule; a suspended one runs with this credential from then on")
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), "it has changed meanwhile")
                        .returns(ScheduleView.class),
                Route.post("/schedules/{id}/run", this::run)
                        .access(SELF)
                        .summary("Run a schedule now, beside its times")
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "it is suspended, or the run before has not ended")
                        .returns(202, ScheduleView.RunView.class));
    }

    private Response list(Request request) {
        int limit = request.get(LIMIT);
        Caller caller = Requester.of(request).caller();
        List<Row> rows = schedules.list(caller, request.get(OWNER), request.get(AFTER), limit + 1);
        boolean more = rows.size() > limit;
        List<Row> shown = more ? rows.subList(0, limit) : rows;
        return Response.json(new Page(
                shown.stream().map(ScheduleView::brief).toList(),
                more ? Optional.of(shown.get(limit - 1).id()) : Optional.empty()));
    }

    private Response create(Request request, Definition asked) {
        Row row = schedules.create(asked, current(request));
        return Response.created(URI.create("/schedules/" + row.id()), view(row));
    }

    /** The requester when the whole body has arrived. */
    private static Requester current(Request request) {
        return Requester.current(request, Endpoint.ANY_PRINCIPAL);
    }

    private ScheduleView view(Row row) {
        return ScheduleView.of(row, schedules.clock());
    }

    private Response show(Request request) {
        return Response.json(
                view(schedules.find(id(request), Requester.of(request).caller())));
    }

    private static String id(Request request) {
        return request.pathParameter("id");
    }

    private Response change(Request request) {
        Map<?, ?> patch = request.json(Map.class);
        return Response.json(view(schedules.change(id(request), patch, current(request))));
    }

    private Response delete(Request request) {
        schedules.delete(id(request), Requester.of(request));
        return Response.noContent();
    }

    private Response history(Request request) {
        Row row = schedules.find(id(request), Requester.of(request).caller());
        return Response.json(new History(
                schedules.runs(row, MAX_RUNS).stream()
                        .map(ScheduleView.RunView::of)
                        .toList(),
                schedules.missed(row)));
    }

    private Response pause(Request request) {
        return Response.json(view(schedules.pause(id(request), Requester.of(request))));
    }

    private Response resume(Request request) {
        return Response.json(view(schedules.resume(id(request), Requester.of(request))));
    }

    private Response run(Request request) {
        Run run = schedules.run(id(request), Requester.of(request));
        Response accepted = Response.json(ScheduleView.RunView.of(run)).status(202);
        return run.jobId() == null ? accepted : accepted.header("location", "/jobs/" + run.jobId());
    }
}
