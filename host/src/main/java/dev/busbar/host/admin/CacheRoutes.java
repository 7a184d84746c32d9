package dev.busbar.host.admin;

import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.cache.ResponseCache.Purge;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The routes that purge cached responses, for maintainers. Thread-safe. */
final class CacheRoutes {
    private static final int LONGEST_TEXT = 2_000;

    private final ResponseCache cache;
    private final AuditTrail audit;

    /** Which answers are to go: those that match all that is said. */
    record PurgeRequest(Optional<String> platform, Optional<String> prefix, Optional<String> tag) {}

    /**
     * What went.
     *
     * @param purged how many answers
     */
    record PurgeView(int purged) {}

    CacheRoutes(ResponseCache cache, AuditTrail audit) {
        this.cache = cache;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(Route.post("/admin/cache/purge", PurgeRequest.class, this::purge)
                .access(Access.action("cache"))
                .summary("Purge cached responses of a platform, below a path or with a tag")
                .example(RouteExample.request(Map.of("platform", "turbo")))
                .returns(PurgeView.class));
    }

    private Response purge(Request request, PurgeRequest wanted) {
        Map<String, String> said = new TreeMap<>();
        wanted.platform().ifPresent(platform -> said.put("platform", platform));
        wanted.prefix().ifPresent(prefix -> said.put("prefix", prefix));
        wanted.tag().ifPresent(tag -> said.put("tag", tag));
        said.forEach((name, value) -> {
            if (value.isEmpty() || value.length() > LONGEST_TEXT) {
                throw ProblemException.invalid("/" + name, "1 to " + LONGEST_TEXT + " characters are expected");
            }
        });
        if (said.isEmpty()) {
            throw ProblemException.invalid("/platform", "platform, prefix or tag is required");
        }
        if (!said.getOrDefault("prefix", "/").startsWith("/")) {
            throw ProblemException.invalid("/prefix", "it has to start with a slash, such as /api/turbo/audits");
        }
        audit.append(AuditEvent.done(
                "cache.purge", Requester.of(request).actor(), "cache:" + String.join(",", said.values()), said));
        int purged = cache.purge(new Purge(wanted.platform(), wanted.prefix(), wanted.tag()));
        return Response.json(new PurgeView(purged));
    }
}
