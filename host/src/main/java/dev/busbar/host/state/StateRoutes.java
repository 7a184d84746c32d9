package dev.busbar.host.state;

import dev.busbar.core.ProblemType;
import dev.busbar.core.state.StateNames;
import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.state.Blob;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Page;
import dev.busbar.plugin.state.QuotaException;
import dev.busbar.plugin.state.TooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** The routes that show, export and import the state of a platform, for maintainers. Thread-safe. */
public final class StateRoutes {
    private static final String PERMISSION = "host:plugins";
    private static final Access PLUGINS = Access.action("plugins");
    private static final Duration TRANSFER = Duration.ofMinutes(10);
    private static final Pattern PLATFORM = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final String NDJSON = "application/x-ndjson";
    private static final Parameter<String> NAME =
            Parameter.query("name", Codec.STRING).required().description("the name of the blob");
    private static final Parameter<String> MEDIA_TYPE = Parameter.query("mediaType", Codec.STRING)
            .defaultValue("application/octet-stream")
            .description("the media type of the blob");
    private static final Parameter<String> PREFIX =
            Parameter.query("prefix", Codec.STRING).defaultValue("").description("the text that names begin with");
    private static final Parameter<String> AFTER =
            Parameter.query("after", Codec.STRING).defaultValue("").description("`next` of the page before");
    private static final int PAGE = 1000;

    private final PlatformStates states;
    private final AuditTrail audit;
    private final StateTransfer transfer;

    /** A blob without its content. */
    record BlobView(String name, String mediaType, long size, String sha256, Instant createdAt) {
        static BlobView of(Blob blob) {
            return new BlobView(blob.name(), blob.mediaType(), blob.size(), blob.sha256(), blob.createdAt());
        }
    }

    /** @param next the name to go on after; empty at the end */
    record BlobPage(List<BlobView> blobs, String next) {}

    /** The number of documents that were imported. */
    record Imported(long documents) {}

    /** The routes over the state of all platforms. */
    public StateRoutes(PlatformStates states, AuditTrail audit) {
        this.states = states;
        this.audit = audit;
        this.transfer = new StateTransfer(states);
    }

    /** All routes, for threads that may block. */
    public List<Route> routes() {
        return List.of(
                Route.get("/admin/state/{platform}", request -> Response.json(states.space(platform(request))))
                        .access(PLUGINS)
                        .summary("The space that a platform uses")
                        .returns(PlatformStates.Space.class),
                Route.get("/admin/state/{platform}/documents", this::exportDocuments)
                        .access(PLUGINS)
                        .deadline(TRANSFER)
                        .summary("Export the documents of a platform, one a line"),
                Route.post("/admin/state/{platform}/documents", this::importDocuments)
                        .access(PLUGINS)
                        .deadline(TRANSFER)
                        .summary("Store exported documents, in the place of those that are there")
                        .consumes(NDJSON)
                        .maxBodyBytes(2 * Math.max(1L << 20, states.limits().documentBytes()))
                        .returns(Imported.class)
                        .problem(
                                ProblemType.VALIDATION_FAILED.status(),
                                ProblemType.VALIDATION_FAILED.id(),
                                "a line cannot be stored; those before are"),
                Route.get("/admin/state/{platform}/blobs", this::listBlobs)
                        .access(PLUGINS)
                        .summary("The blobs of a platform")
                        .parameter(PREFIX)
                        .parameter(AFTER)
                        .returns(BlobPage.class),
                Route.get("/admin/state/{platform}/blob", this::readBlob)
                        .access(PLUGINS)
                        .deadline(TRANSFER)
                        .summary("The content of a blob")
                        .parameter(NAME)
                        .problem(ProblemType.NOT_FOUND.status(), ProblemType.NOT_FOUND.id(), "there is no such blob"),
                Route.put("/admin/state/{platform}/blob", this::writeBlob)
                        .access(PLUGINS)
                        .deadline(TRANSFER)
                        .summary("Store a blob, in the place of one of its name")
                        .consumes("application/octet-stream")
                        .maxBodyBytes(Math.max(1, states.limits().blobSize()))
                        .parameter(NAME)
                        .parameter(MEDIA_TYPE)
                        .returns(BlobView.class)
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "the platform has used up its space"));
    }

    private static String platform(Request request) {
        String platform = request.pathParameter("platform");
        if (!PLATFORM.matcher(platform).matches()) {
            throw ProblemException.notFound("\"" + platform + "\" is not the id of a platform");
        }
        return platform;
    }

    private Response exportDocuments(Request request) {
        String platform = platform(request);
        audit.append(AuditEvent.done("state.export", actor(request), "platform:" + platform, Map.of()));
        return Response.stream(NDJSON, out -> transfer.exportDocuments(platform, out));
    }

    private static Actor actor(Request request) {
        return Requester.current(request, PERMISSION).actor();
    }

    private Response importDocuments(Request request) throws IOException {
        String platform = platform(request);
        Actor actor = actor(request);
        AuditEvent.Outcome outcome = AuditEvent.Outcome.FAILED;
        AtomicLong documents = new AtomicLong();
        try {
            documents.set(transfer.importDocuments(platform, request.body(), documents::set));
            outcome = AuditEvent.Outcome.DONE;
        } finally {
            audit.append(new AuditEvent(
                    "state.import", actor, "platform:" + platform, outcome, Map.of("documents", documents.toString())));
        }
        return Response.json(new Imported(documents.get()));
    }

    private Blobs blobs(String platform) {
        return states.lend(platform, () -> {}).blobs();
    }

    private Response listBlobs(Request request) {
        try {
            Page<Blob> page = blobs(platform(request)).list(request.get(PREFIX), request.get(AFTER), PAGE);
            return Response.json(new BlobPage(
                    page.items().stream().map(BlobView::of).toList(),
                    page.next().orElse("")));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("?prefix", String.valueOf(e.getMessage()));
        }
    }

    private Response readBlob(Request request) {
        String platform = platform(request);
        Blob blob = blobs(platform)
                .find(name(request))
                .orElseThrow(() -> ProblemException.notFound("there is no blob of this name"));
        audit.append(
                AuditEvent.done("state.export", actor(request), "platform:" + platform, Map.of("blob", blob.name())));
        return Response.stream("application/octet-stream", out -> {
                    try (InputStream content = blob.open()) {
                        long unused = content.transferTo(out);
                    }
                })
                .header("ETag", "\"" + blob.sha256() + "\"");
    }

    private static String name(Request request) {
        String name = request.get(NAME);
        try {
            StateNames.check("blob name", name);
            return name;
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("?name", String.valueOf(e.getMessage()));
        }
    }

    private Response writeBlob(Request request) throws IOException {
        String platform = platform(request);
        String name = name(request);
        Actor actor = actor(request);
        try {
            Blob blob = blobs(platform).put(name, request.get(MEDIA_TYPE), request.body());
            audit.append(AuditEvent.done(
                    "state.import", actor, "platform:" + platform, Map.of("blob", name, "sha256", blob.sha256())));
            return Response.json(BlobView.of(blob));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("?mediaType", String.valueOf(e.getMessage()));
        } catch (TooLargeException e) {
            throw ProblemType.PAYLOAD_TOO_LARGE.problem(String.valueOf(e.getMessage()));
        } catch (QuotaException e) {
            throw ProblemException.conflict(String.valueOf(e.getMessage()));
        }
    }
}
