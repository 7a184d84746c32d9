package dev.busbar.host.routing;

import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * Where no route was found: a problem that only an authenticated caller gets to see where paths are worth hiding.
 *
 * @param problem the answer
 * @param permission what the caller needs to see it
 */
record UnmatchedEndpoint(ProblemException problem, Optional<String> permission) implements Endpoint.Unmatched {
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
