package dev.busbar.host.admin;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.configuration.ConfigurationMask;
import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.lifecycle.ChangeRefusedException;
import dev.busbar.host.lifecycle.Consent;
import dev.busbar.host.lifecycle.PluginChanges;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.state.PlatformStates;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Routes of plugins, for maintainers. A change responds when it is published or refused. Safe for any number of threads. */
final class PluginRoutes {
    private static final String PERMISSION = "host:plugins";
    private static final Access PLUGINS = Access.action("plugins");
    private static final Duration CHANGE = Duration.ofMinutes(5);
    private static final Parameter<Optional<String>> WAIT = Parameter.query("wait", Codec.STRING.oneOf("retired"))
            .optional()
            .description(
                    "`retired` to get the response after the old generation has been retired; by default after the publish");
    private static final Parameter<Boolean> ALLOW_DOWNGRADE =
            flag("allowDowngrade", "allow a version older than the running one");
    private static final Parameter<Boolean> FORCE =
            flag("force", "allow the state of the running version to be dropped");
    private static final Parameter<Boolean> PURGE = flag(
            "purge",
            "remove the documents and blobs of the platform too, once it is retired; the response says how much. They"
                    + " stay by default");
    private static final Parameter<Boolean> ALLOW_PUBLIC = flag("allowPublic", "allow public routes");
    private static final Parameter<Optional<String>> SIGNATURE = Parameter.header("Busbar-Signature", Codec.STRING)
            .optional()
            .description("detached signatures of the jar, separated by commas");
    private static final long MAX_CONFIGURATION_BYTES = 64L << 10;
    private static final JsonCodec JSON = JsonCodec.withoutTraces(PluginRoutes.class.getClassLoader());

    private final Plugins plugins;
    private final Supplier<List<PluginView>> unaccepted;
    private final PlatformGrants grants;
    private final PlatformStates states;
    private final AuditTrail audit;

    /** The view of a plugin for maintainers. */
    record PluginInfo(
            String id,
            String version,
            String sha256,
            String state,
            Optional<String> reason,
            long generation,
            Source source,
            PluginView.About about,
            List<Operation> routes,
            List<Need> requirements,
            Permissions permissions,
            List<GenerationView.Health> health,
            List<String> notes) {
        static PluginInfo of(
                PluginView view,
                List<GenerationView.Health> health,
                PlatformGrants grants,
                Function<String, String> states) {
            return new PluginInfo(
                    view.id(),
                    view.version(),
                    view.sha256(),
                    view.state().name(),
                    view.reason(),
                    view.generation(),
                    new Source(
                            view.origin().source().name(),
                            view.origin().fileName(),
                            view.origin().node()),
                    view.about(),
                    view.routes().stream().map(Operation::of).toList(),
                    view.requirements().stream()
                            .map(need -> Need.of(need, states))
                            .toList(),
                    Permissions.of(view, grants),
                    health,
                    view.notes());
        }
    }

    /**
     * A platform that the plugin requires.
     *
     * @param state the state of that platform now; {@code MISSING} if there is none
     */
    record Need(String platform, String range, boolean optional, String state) {
        static Need of(PluginView.Need need, Function<String, String> states) {
            return new Need(need.platform(), need.range(), need.optional(), states.apply(need.platform()));
        }
    }

    /**
     * The permissions of a platform on other platforms.
     *
     * @param requested the permissions in its manifest
     * @param granted those that are granted
     */
    record Permissions(List<String> requested, Set<String> granted) {
        static Permissions of(PluginView view, PlatformGrants grants) {
            return new Permissions(view.permissions(), grants.granted(view.id(), view.permissions()));
        }
    }

    /**
     * The origin of a jar.
     *
     * @param node the node in whose folder the file lies; empty for an upload
     */
    record Source(String kind, String fileName, String node) {}

    /** The view of a route for maintainers. */
    record Operation(
            HttpMethod method, String path, String summary, String access, Duration deadline, long maxBodyBytes) {
        static Operation of(RouteContract route) {
            RouteContract.Limits limits = route.limits();
            return new Operation(
                    route.method(),
                    route.template(),
                    route.description().summary(),
                    route.action().orElse("public"),
                    limits.deadline(),
                    limits.maxBodyBytes());
        }
    }

    PluginRoutes(HostRoutes.Platforms platforms) {
        this.plugins = platforms.plugins();
        this.unaccepted = platforms.unaccepted();
        this.grants = platforms.grants();
        this.states = platforms.states();
        this.audit = platforms.audit();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/plugins", request -> list())
                        .access(PLUGINS)
                        .summary("All plugins, and the jars in the folders that were not accepted")
                        .returns(PluginInfo[].class),
                changing(Route.post("/admin/plugins", this::install))
                        .access(PLUGINS)
                        .summary("Install a jar, or swap to it")
                        .consumes("application/java-archive", "application/zip", "application/octet-stream")
                        .maxBodyBytes(Plugins.MAX_JAR_BYTES)
                        .parameter(ALLOW_DOWNGRADE)
                        .parameter(FORCE)
                        .parameter(ALLOW_PUBLIC)
                        .parameter(SIGNATURE),
                Route.get("/admin/plugins/{id}", this::show)
                        .access(PLUGINS)
                        .summary("A plugin")
                        .returns(PluginInfo.class),
                Route.get("/admin/plugins/{id}/generations", this::generations)
                        .access(PLUGINS)
                        .summary("The generations of a plugin: serving, draining, retired")
                        .returns(GenerationView[].class),
                change("/admin/plugins/{id}/reload", "Start a fresh generation", PluginChanges::reload),
                changing(Route.post("/admin/plugins/{id}/rollback", this::rollback))
                        .access(PLUGINS)
                        .summary("Roll back to the previous version")
                        .parameter(FORCE),
                Route.get("/admin/plugins/{id}/config", this::configuration)
                        .access(PLUGINS)
                        .summary("The configuration of a plugin")
                        .returns(Object.class),
                changing(Route.put("/admin/plugins/{id}/config", this::configure))
                        .access(PLUGINS)
                        .summary("Replace the configuration, by a swap")
                        .consumes("application/json")
                        .bodyType(Map.class)
                        .maxBodyBytes(MAX_CONFIGURATION_BYTES),
                change("/admin/plugins/{id}/enable", "Enable the plugin", PluginChanges::enable),
                change("/admin/plugins/{id}/disable", "Disable the plugin", PluginChanges::disable),
                Route.delete("/admin/plugins/{id}", this::remove)
                        .access(PLUGINS)
                        .summary("Remove the plugin")
                        .parameter(WAIT)
                        .parameter(PURGE)
                        .returns(200, PlatformStates.Removed.class)
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "the plugin is being changed, or the folder has another jar of it")
                        .problem(
                                ProblemType.VALIDATION_FAILED.status(),
                                ProblemType.VALIDATION_FAILED.id(),
                                "`wait` is invalid")
                        .deadline(CHANGE)
                        .returns(204));
    }

    private Route change(
            String path, String summary, BiFunction<PluginChanges, String, CompletableFuture<PluginView>> act) {
        return changing(Route.post(
                        path, request -> answer(request, () -> act.apply(by(request), request.pathParameter("id")))))
                .access(PLUGINS)
                .summary(summary);
    }

    /** Adds the problems that all changes have in common. */
    private static Route changing(Route route) {
        return route.parameter(WAIT)
                .deadline(CHANGE)
                .returns(PluginInfo.class)
                .returns(202, PluginInfo.class)
                .problem(
                        ProblemType.CONFLICT.status(),
                        ProblemType.CONFLICT.id(),
                        "the state of the plugin does not allow it, or a consent is missing")
                .problem(
                        ProblemType.PLUGIN_REJECTED.status(),
                        ProblemType.PLUGIN_REJECTED.id(),
                        "the jar cannot be loaded")
                .problem(ProblemType.PLUGIN_FAILED.status(), ProblemType.PLUGIN_FAILED.id(), "the plugin did not start")
                .problem(
                        ProblemType.VALIDATION_FAILED.status(),
                        ProblemType.VALIDATION_FAILED.id(),
                        "a parameter is invalid");
    }

    private static Parameter<Boolean> flag(String name, String description) {
        return Parameter.query(name, Codec.BOOLEAN).defaultValue(false).description(description);
    }

    private PluginInfo view(PluginView view) {
        return view(view, plugins.health(view.id()));
    }

    private PluginInfo view(PluginView view, List<GenerationView.Health> health) {
        return PluginInfo.of(view, health, grants, platform -> plugins.find(platform)
                .map(needed -> needed.state().name())
                .orElse("MISSING"));
    }

    private PluginChanges by(Request request) {
        return plugins.by(Requester.current(request, PERMISSION).actor());
    }

    private Response list() {
        return Response.json(Stream.concat(plugins.list().stream().map(this::view), unaccepted())
                .toList());
    }

    /** The jars that were not accepted: what their ids say of plugins that serve is not theirs. */
    private Stream<PluginInfo> unaccepted() {
        return unaccepted.get().stream().map(jar -> view(jar, List.of()));
    }

    private Response show(Request request) {
        String id = request.pathParameter("id");
        return Response.json(plugins.find(id)
                .map(this::view)
                .or(() -> unaccepted().filter(jar -> jar.id().equals(id)).findFirst())
                .orElseThrow(() -> unknown(id)));
    }

    private Response generations(Request request) {
        String id = request.pathParameter("id");
        List<GenerationView> generations = plugins.generations(id);
        if (generations.isEmpty()) {
            throw unknown(id);
        }
        return Response.json(generations);
    }

    private Response install(Request request) throws IOException, InterruptedException {
        Consent consent = new Consent(request.get(ALLOW_DOWNGRADE), request.get(FORCE), request.get(ALLOW_PUBLIC));
        Optional<String> signature = request.get(SIGNATURE).map(PluginRoutes::lines);
        return answer(request, () -> by(request)
                .install(request.body(), signature, consent, () -> Requester.current(request, PERMISSION)));
    }

    /** Several signatures are separated by commas, since a header has one line. */
    private static String lines(String header) {
        return Arrays.stream(header.split(",", -1)).map(String::strip).collect(Collectors.joining("\n"));
    }

    private Response rollback(Request request) throws IOException, InterruptedException {
        boolean force = request.get(FORCE);
        return answer(request, () -> by(request).rollback(request.pathParameter("id"), force));
    }

    private Response configuration(Request request) throws IOException {
        String id = request.pathParameter("id");
        PluginView view = plugins.find(id).orElseThrow(() -> unknown(id));
        return Response.json(
                read(ConfigurationMask.hide(plugins.configuration(id).orElse("{}"), view.secrets())));
    }

    private Response configure(Request request) throws IOException, InterruptedException {
        byte[] text = JSON.encode(read(new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));
        String id = request.pathParameter("id");
        String json = withStoredSecrets(id, new String(text, StandardCharsets.UTF_8));
        return answer(request, () -> by(request).configure(id, json));
    }

    /** What is shown masked may be sent back so. */
    private String withStoredSecrets(String id, String json) {
        Optional<PluginView> view = plugins.find(id);
        try {
            return view.isEmpty()
                    ? json
                    : ConfigurationMask.restore(
                            json,
                            plugins.configuration(id).orElse("{}"),
                            view.get().secrets());
        } catch (IllegalArgumentException e) {
            throw ProblemType.VALIDATION_FAILED.problem(String.valueOf(e.getMessage()));
        }
    }

    private static Map<?, ?> read(String json) throws IOException {
        return JSON.decode(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.class);
    }

    private Response remove(Request request) throws IOException, InterruptedException {
        String id = request.pathParameter("id");
        boolean purge = request.get(PURGE);
        boolean isLeft =
                purge && plugins.find(id).isEmpty() && !states.space(id).isEmpty();
        if (!isLeft) {
            Response unused = answer(request, () -> by(request).remove(id));
        }
        return purge ? purge(request, id) : Response.noContent();
    }

    /** Removes the state of a platform once no generation can write it. */
    private Response purge(Request request, String id) throws InterruptedException {
        AtomicReference<PlatformStates.Removed> removed = new AtomicReference<>(PlatformStates.Removed.NONE);
        Actor actor = Requester.current(request, PERMISSION).actor();
        AuditEvent.Outcome outcome = AuditEvent.Outcome.FAILED;
        try {
            plugins.whenRetired(id).get();
            states.remove(id, removed::set);
            outcome = AuditEvent.Outcome.DONE;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a retirement ended without an outcome", e);
        } finally {
            PlatformStates.Removed much = removed.get();
            audit.append(new AuditEvent(
                    "plugin.purge",
                    actor,
                    "plugin:" + id,
                    outcome,
                    Map.of(
                            "documents", Long.toString(much.documents()),
                            "documentBytes", Long.toString(much.documentBytes()),
                            "blobs", Long.toString(much.blobs()),
                            "blobBytes", Long.toString(much.blobBytes()))));
        }
        return Response.json(removed.get());
    }

    /** Begins a change, after the request was checked. */
    private interface Change {
        CompletableFuture<PluginView> begin() throws IOException;
    }

    private Response answer(Request request, Change change) throws IOException, InterruptedException {
        try {
            PluginView view = change.begin().get();
            if (request.get(WAIT).isPresent()) {
                plugins.whenRetired(view.id()).get();
            }
            return Response.json(view(view)).status(view.state() == PluginState.WAITING ? 202 : 200);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChangeRefusedException refused) {
                throw problem(refused);
            }
            throw new IllegalStateException("a change ended without an outcome", e);
        }
    }

    private static ProblemException problem(ChangeRefusedException refused) {
        return switch (refused.kind()) {
            case REJECTED -> ProblemType.PLUGIN_REJECTED.problem(refused.reason());
            case FAILED -> ProblemType.PLUGIN_FAILED.problem(refused.reason());
            case WAITING, CONFLICT, OVERTAKEN, CONSENT -> ProblemException.conflict(refused.reason());
            case UNKNOWN -> ProblemException.notFound(refused.reason());
            case HOST ->
                ProblemType.TEMPORARILY_UNAVAILABLE.problem(refused.reason()).withHeader("Retry-After", "5");
        };
    }

    private static ProblemException unknown(String id) {
        return ProblemException.notFound("there is no plugin " + id);
    }
}
