package dev.busbar.host.admin;

import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.security.Keys;
import dev.busbar.host.security.NewKey;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** API keys. Thread-safe. */
final class KeyRoutes {
    private static final Access KEYS = Access.action("keys");

    private final Keys keys;

    /** What is asked of a new key. */
    record KeyRequest(
            @Nullable String name,
            @Nullable String owner,
            Optional<String> kind,
            @Nullable List<String> roles,
            @Nullable List<String> permissions,
            Optional<Instant> expiresAt) {}

    /** A key as it is shown; the key itself only once. */
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
            Optional<Instant> expiresAt) {
        static KeyView of(Keys.Info info, Optional<String> key) {
            return new KeyView(
                    info.id(),
                    key,
                    info.name(),
                    info.hint(),
                    info.owner(),
                    info.kind().name().toLowerCase(Locale.ROOT),
                    List.copyOf(new TreeSet<>(info.roles())),
                    List.copyOf(new TreeSet<>(info.permissions())),
                    info.createdAt(),
                    info.createdBy(),
                    info.expiresAt());
        }
    }

    KeyRoutes(Keys keys) {
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/keys", request -> list()).access(KEYS).summary("All API keys"),
                Route.post("/admin/keys", KeyRequest.class, this::create)
                        .access(KEYS)
                        .summary("Make an API key; it is shown once")
                        .returns(KeyView.class));
    }

    private Response list() {
        return Response.json(keys.list().stream()
                .map(info -> KeyView.of(info, Optional.empty()))
                .toList());
    }

    private Response create(Request request, KeyRequest wanted) {
        NewKey key = new NewKey(
                required("/name", wanted.name()),
                required("/owner", wanted.owner()),
                wanted.kind().map(KeyRoutes::kind),
                wanted.roles() == null ? List.of() : wanted.roles(),
                wanted.permissions() == null ? List.of() : wanted.permissions(),
                wanted.expiresAt());
        Keys.Created created = keys.create(key, ((CallerAware) request).caller().orElseThrow());
        return Response.created(
                        URI.create("/admin/keys/" + created.info().id()),
                        KeyView.of(created.info(), Optional.of(created.key())))
                .header("cache-control", "no-store");
    }

    private static String required(String pointer, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw ProblemException.invalid(pointer, "a value is required");
        }
        return value;
    }

    private static Principal.Kind kind(String text) {
        return Arrays.stream(Principal.Kind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid("/kind", "\"" + text + "\" (expected: human, service)"));
    }
}
