package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * The endpoint of a path without a route: a problem, which only authenticated callers see where the existence of paths
 * is confidential.
 *
 * @param problem the response
 * @param permission the permission that is needed to see it
 */
record UnmatchedEndpoint(ProblemException problem, Optional<String> permission) implements Endpoint.Unmatched {
    /** The endpoint of a platform that serves nothing now, of whose routes nothing is known: every caller is told. */
    static UnmatchedEndpoint ofAbsent(ProblemException unavailable) {
        return new UnmatchedEndpoint(unavailable, Optional.empty());
    }

    static UnmatchedEndpoint of(ProblemException problem, List<String> segments) {
        String first = segments.isEmpty() ? "" : segments.get(0);
        boolean secret = first.equals("api") || first.equals("admin");
        return new UnmatchedEndpoint(problem, secret ? Optional.of(ANY_PRINCIPAL) : Optional.empty());
    }

    @Override
    public void proceed(Invocation invocation) {
        throw problem;
    }
}
