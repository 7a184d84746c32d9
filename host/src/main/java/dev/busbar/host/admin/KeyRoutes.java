package dev.busbar.host.admin;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Keys;
import dev.busbar.host.access.NewKey;
import dev.busbar.host.access.Patched;
import dev.busbar.host.access.Requester;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Routes of API keys. Safe for any number of threads. */
final class KeyRoutes {
    private static final Access KEYS = Access.action("keys");
    private static final String LAST = "no principal with all permissions would remain, or the key has ended";
    private static final Duration OVERLAP = Duration.ofHours(24);

    private static final Parameter<Optional<String>> OWNER =
            Parameter.query("owner", Codec.STRING).optional().description("the keys of this principal only");
    private static final Parameter<String> ID =
            Parameter.path("id", Codec.STRING).description("the public part of the key");
    private static final JsonCodec JSON = JsonCodec.withoutTraces(KeyRoutes.class.getClassLoader());

    private final Keys keys;

    /** A request for a new key. */
    record KeyRequest(
            @Nullable String name,
            @Nullable String owner,
            Optional<String> kind,
            @Nullable List<String> roles,
            @Nullable List<String> permissions,
            Optional<Instant> expiresAt,
            @Nullable List<String> allowedFrom,
            Optional<String> ratePlan) {}

    /**
     * A request to rotate a key.
     *
     * @param overlap the time for which it may still be used
     * @param expiresAt the expiry of its successor
     */
    record Rotation(Optional<Duration> overlap, Optional<Instant> expiresAt) {}

    /** A {@link Rotation} as it is read: a number of seconds could be out of range, which must not end the key at once. */
    private record RotationText(Optional<Object> overlap, Optional<Instant> expiresAt) {
        Duration duration() {
            if (overlap.isEmpty()) {
                return OVERLAP;
            }
            try {
                if (overlap.get() instanceof String text) {
                    return Duration.parse(text);
                }
            } catch (DateTimeParseException e) {
                throw invalidOverlap();
            }
            throw invalidOverlap();
        }

        private static ProblemException invalidOverlap() {
            return ProblemException.invalid("/overlap", "expected: a duration such as PT24H");
        }
    }

    /** The view of a key; the key itself is shown only once. */
    record KeyView(
            String id,
            Optional<String> key,
            String name,
            String hint,
            String owner,
            String kind,
            List<String> roles,
            List<String> permissions,
            Instant createdAt,
            Optional<String> createdBy,
            Optional<Instant> expiresAt,
            Optional<Instant> revokedAt,
            List<String> allowedFrom,
            Optional<String> ratePlan,
            Optional<String> rotatedFrom,
            Optional<String> rotatedTo,
            Optional<Instant> lastUsedAt,
            Optional<String> lastUsedFrom) {
        static KeyView of(Keys.Info info, Optional<String> key) {
            return new KeyView(
                    info.id(),
                    key,
                    info.name(),
                    info.hint(),
                    info.owner(),
                    Kinds.name(info.kind()),
                    List.copyOf(new TreeSet<>(info.roles())),
                    List.copyOf(new TreeSet<>(info.permissions())),
                    info.createdAt(),
                    info.createdBy(),
                    info.expiresAt(),
                    info.revokedAt(),
                    info.allowedFrom(),
                    info.ratePlan(),
                    info.rotatedFrom(),
                    info.rotatedTo(),
                    info.lastUsedAt(),
                    info.lastUsedFrom());
        }

        static KeyView of(Keys.Info info) {
            return of(info, Optional.empty());
        }
    }

    KeyRoutes(Keys keys) {
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/keys", this::list)
                        .access(KEYS)
                        .summary("All API keys")
                        .parameter(OWNER)
                        .returns(KeyView[].class),
                Route.post("/admin/keys", KeyRequest.class, this::create)
                        .access(KEYS)
                        .summary("Create an API key; it is shown only once")
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "the owner exists with another kind")
                        .example(RouteExample.request(Map.of(
                                "name",
                                "nightly import",
                                "owner",
                                "nightly",
                                "kind",
                                "service",
                                "roles",
                                List.of("analyst"))))
                        .returns(201, KeyView.class),
                Route.get("/admin/keys/{id}", this::show)
                        .parameter(ID)
                        .access(KEYS)
                        .summary("An API key")
                        .returns(KeyView.class),
                Route.patch("/admin/keys/{id}", this::change)
                        .access(KEYS)
                        .summary("Change name, permissions, expiry, addresses or rate plan of an API key")
                        .description(MergePatch.DESCRIPTION)
                        .bodyType(Map.class)
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), LAST)
                        .returns(KeyView.class),
                Route.delete("/admin/keys/{id}", this::revoke)
                        .access(KEYS)
                        .summary("Revoke an API key, at once")
                        .problem(ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), LAST)
                        .returns(204),
                Route.post("/admin/keys/{id}/rotate", this::rotate)
                        .access(KEYS)
                        .summary("Create the successor of an API key; it is shown only once")
                        .description("Without a body, the key may still be used for 24 hours.")
                        .bodyType(Rotation.class)
                        .problem(
                                ProblemType.CONFLICT.status(),
                                ProblemType.CONFLICT.id(),
                                "the key has ended, or has a successor")
                        .returns(201, KeyView.class));
    }

    private Response list(Request request) {
        Optional<String> owner = request.get(OWNER);
        return Response.json(keys.list().stream()
                .filter(info ->
                        owner.filter(wanted -> !wanted.equals(info.owner())).isEmpty())
                .map(KeyView::of)
                .toList());
    }

    private Response show(Request request) {
        return keys.find(request.pathParameter("id"))
                .map(info -> Response.json(KeyView.of(info)))
                .orElseThrow(() -> ProblemException.notFound("there is no key of this id"));
    }

    private Response create(Request request, KeyRequest wanted) {
        NewKey key = new NewKey(
                Kinds.required("/name", wanted.name()),
                Kinds.required("/owner", wanted.owner()),
                wanted.kind().map(Kinds::parse),
                orEmpty(wanted.roles()),
                orEmpty(wanted.permissions()),
                wanted.expiresAt(),
                new NewKey.Limits(orEmpty(wanted.allowedFrom()), wanted.ratePlan()));
        return created(keys.create(key, Requester.of(request)));
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static Response created(Keys.Created created) {
        return Response.created(
                        URI.create("/admin/keys/" + created.info().id()),
                        KeyView.of(created.info(), Optional.of(created.key())))
                .header("cache-control", "no-store");
    }

    private Response change(Request request) {
        MergePatch patch = MergePatch.of(request);
        Keys.Change change = new Keys.Change(
                patch.required("name", patch.text("name")),
                patch.texts("permissions"),
                patch.instant("expiresAt"),
                patch.texts("allowedFrom"),
                patch.text("ratePlan"));
        patch.finish();
        return Response.json(KeyView.of(keys.change(request.pathParameter("id"), change, Requester.of(request))));
    }

    private Response revoke(Request request) {
        keys.revoke(request.pathParameter("id"), Requester.of(request));
        return Response.noContent();
    }

    /** Rotates a key; an empty body is a request without members. */
    private Response rotate(Request request) throws IOException {
        byte[] body = request.body().readAllBytes();
        RotationText wanted = body.length == 0
                ? new RotationText(Optional.empty(), Optional.empty())
                : JSON.decode(new ByteArrayInputStream(body), RotationText.class);
        Patched<Instant> end = wanted.expiresAt().map(Patched::to).orElseGet(Patched::untouched);
        return created(keys.rotate(request.pathParameter("id"), wanted.duration(), end, Requester.of(request)));
    }
}
