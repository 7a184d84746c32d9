package dev.busbar.host.routing;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.ProblemType;
import dev.busbar.core.RouteSet;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.plugin.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot of everything served: the host's own routes at the root, each platform's under {@code /api/<id>}.
 * Immutable; a change is a copy.
 */
public final class RouteTable {
    private static final String MOUNT = "api";

    private final Map<String, Mount> mounts;
    private final @Nullable PlatformRoutes host;

    private RouteTable(Map<String, Mount> mounts, @Nullable PlatformRoutes host) {
        this.mounts = mounts;
        this.host = host;
    }

    /** The entry at {@code /api/<id>}. */
    public sealed interface Mount {
        /**
         * A generation that answers.
         *
         * @param routes its routes
         */
        record Served(PlatformRoutes routes) implements Mount {}

        /**
         * A known platform that is absent.
         *
         * @param routes the routes that it served last; none where they are not known
         */
        record Absent(AbsentRoutes routes) implements Mount {}

        /**
         * A platform whose requests wait for the end of its handover. Holds nothing of the previous generation, which has to
         * be unloaded meanwhile.
         *
         * @param before the routes of the previous generation
         * @param hold the requests that wait
         */
        record Held(AbsentRoutes before, Hold hold) implements Mount {}
    }

    sealed interface Match {
        record Found(RouteEndpoint endpoint, List<String> captured) implements Match {}

        record Absent(AbsentEndpoint endpoint, List<String> captured) implements Match {}

        record Refused(ProblemException problem) implements Match {}

        /** No route of a platform that serves nothing now; it may be among its next ones. */
        record Unavailable(ProblemException problem) implements Match {}

        record Held(Hold hold, Match before) implements Match {}
    }

    /** A table without routes. */
    public static RouteTable empty() {
        return new RouteTable(Map.of(), null);
    }

    /** A copy with the host's own routes, whose templates are complete paths. */
    public RouteTable withHost(PlatformRoutes routes) {
        return new RouteTable(mounts, routes);
    }

    /** A copy with a platform. */
    public RouteTable with(String platform, Mount mount) {
        Map<String, Mount> copy = new HashMap<>(mounts);
        copy.put(platform, mount);
        return new RouteTable(copy, host);
    }

    /**
     * A copy with an absent platform. The contracts of its last routes stay.
     *
     * @param reason the reason, in one sentence that a client may see
     */
    public RouteTable withAbsent(String platform, String reason) {
        return with(platform, new Mount.Absent(absent(platform, reason)));
    }

    private AbsentRoutes absent(String platform, String reason) {
        Mount mount = mounts.get(platform);
        if (mount instanceof Mount.Served served) {
            return served.routes().absent(reason);
        }
        if (mount instanceof Mount.Held held) {
            return held.before().because(reason);
        }
        return mount instanceof Mount.Absent absent
                ? absent.routes().because(reason)
                : AbsentRoutes.unknown(platform, reason);
    }

    /** A copy without a platform. */
    public RouteTable without(String platform) {
        Map<String, Mount> copy = new HashMap<>(mounts);
        copy.remove(platform);
        return new RouteTable(copy, host);
    }

    /** The entry of a platform. */
    public Optional<Mount> mount(String platform) {
        return Optional.ofNullable(mounts.get(platform));
    }

    /** The host's own routes. */
    public Optional<PlatformRoutes> host() {
        return Optional.ofNullable(host);
    }

    /** All mounts by platform id. */
    public Map<String, Mount> mounts() {
        return Map.copyOf(mounts);
    }

    /** All routes that are served: the host's and every platform's. */
    public Stream<PlatformRoutes> all() {
        Stream<PlatformRoutes> platforms = mounts.values().stream()
                .flatMap(mount -> mount instanceof Mount.Served served ? Stream.of(served.routes()) : Stream.empty());
        return Stream.concat(Stream.ofNullable(host), platforms);
    }

    /** The path templates of each platform, those of an absent one included. */
    public Map<String, Set<String>> templates() {
        Map<String, Set<String>> templates = new HashMap<>();
        mounts.forEach((platform, mount) -> templates.put(
                platform, contracts(mount).stream().map(RouteContract::template).collect(Collectors.toSet())));
        return templates;
    }

    private static List<RouteContract> contracts(Mount mount) {
        if (mount instanceof Mount.Absent absent) {
            return absent.routes().contracts();
        }
        return mount instanceof Mount.Served served
                ? served.routes().contracts()
                : ((Mount.Held) mount).before().contracts();
    }

    /**
     * The contract of the route that a request would get, also where its platform is absent now.
     *
     * @throws ProblemException the one that the request would get, where there is no such route
     */
    public RouteContract contract(String method, CanonicalPath path) {
        Match match = find(method, path);
        while (match instanceof Match.Held held) {
            match = held.before();
        }
        if (match instanceof Match.Refused refused) {
            throw refused.problem();
        }
        if (match instanceof Match.Unavailable unavailable) {
            throw unavailable.problem();
        }
        Optional<RouteContract> contract = match instanceof Match.Found found
                ? found.endpoint().contract()
                : ((Match.Absent) match).endpoint().contract();
        return contract.orElseThrow(RouteSet::notFound);
    }

    Match find(String method, CanonicalPath path) {
        List<String> segments = path.segments();
        if (segments.size() > 1 && segments.get(0).equals(MOUNT)) {
            Mount mount = mounts.get(segments.get(1));
            if (mount instanceof Mount.Absent absent) {
                return find(absent.routes(), method, segments);
            }
            if (mount instanceof Mount.Held held) {
                return new Match.Held(held.hold(), find(held.before(), method, segments));
            }
            return mount instanceof Mount.Served served
                    ? find(served.routes(), method, segments, 2)
                    : new Match.Refused(ProblemException.notFound("there is no platform at this path"));
        }
        return host == null ? notFound() : find(host, method, segments, 0);
    }

    private static Match find(PlatformRoutes routes, String method, List<String> segments, int from) {
        RouteSet.Lookup<RouteEndpoint> lookup = routes.find(method, segments, from);
        if (lookup instanceof RouteSet.Found<RouteEndpoint> found) {
            return new Match.Found(found.entry(), found.captured());
        }
        return new Match.Refused(((RouteSet.Missing<RouteEndpoint>) lookup).problem());
    }

    /** A route that is not among the last ones may be among the next ones, so the response is not 404. */
    private static Match find(AbsentRoutes routes, String method, List<String> segments) {
        return routes.find(method, segments, 2) instanceof RouteSet.Found<AbsentEndpoint> found
                ? new Match.Absent(found.entry(), found.captured())
                : new Match.Unavailable(routes.unavailable());
    }

    /** The result of a path without a route. */
    static Match notFound() {
        return new Match.Refused(RouteSet.notFound());
    }

    /** The 503 of an absent platform. */
    static ProblemException unavailable(String platform, String reason) {
        return ProblemType.PLATFORM_UNAVAILABLE
                .problem(reason)
                .with("platform", platform)
                .withHeader("Retry-After", "5");
    }
}
