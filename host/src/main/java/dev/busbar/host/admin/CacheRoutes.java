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
    private static final String PERMISSION = "host:cache";
    private static final int MAX_TEXT_LENGTH = 2_000;

    private final ResponseCache cache;
    private final AuditTrail audit;

    /** The responses to purge: those that match all members. */
    record PurgeRequest(Optional<String> platform, Optional<String> prefix, Optional<String> tag) {}

    /**
     * The result of a purge.
     *
     * @param purged the count of purged responses
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
        Map<String, String> members = new TreeMap<>();
        wanted.platform().ifPresent(platform -> members.put("platform", platform));
        wanted.prefix().ifPresent(prefix -> members.put("prefix", prefix));
        wanted.tag().ifPresent(tag -> members.put("tag", tag));
        members.forEach((name, value) -> {
            if (value.isEmpty() || value.length() > MAX_TEXT_LENGTH) {
                throw ProblemException.invalid("/" + name, "1 to " + MAX_TEXT_LENGTH + " characters are expected");
            }
        });
        if (members.isEmpty()) {
            throw ProblemException.invalid("/platform", "platform, prefix or tag is required");
        }
        if (!members.getOrDefault("prefix", "/").startsWith("/")) {
            throw ProblemException.invalid(
                    "/prefix", "expected: a path that starts with a slash, such as /api/turbo/audits");
        }
        audit.append(AuditEvent.done(
                "cache.purge",
                Requester.current(request, PERMISSION).actor(),
                "cache:" + String.join(",", members.values()),
                members));
        int purged = cache.purge(new Purge(wanted.platform(), wanted.prefix(), wanted.tag()));
        return Response.json(new PurgeView(purged));
    }
}
