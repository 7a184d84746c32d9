package dev.busbar.host.http;

import dev.busbar.core.Problems;
import dev.busbar.host.pipeline.Interceptor;
import java.util.List;

/**
 * The interceptor chains of a server. Immutable.
 *
 * @param pipeline the chain of all requests but those for pages
 * @param page the chain of requests for pages, which ends in the page
 * @param fields the chain of requests that the server itself refuses; it only adds headers
 * @param stopping the chain of all requests while the host stops; it refuses them
 */
public record Chains(
        Interceptor.Next pipeline, Interceptor.Next page, Interceptor.Next fields, Interceptor.Next stopping) {
    /** All pages; read once, however many servers there are. */
    static final Pages PAGES = new Pages();

    /**
     * Composes the chains.
     *
     * @param pipeline the chain of all requests but those for pages
     * @param page the interceptors in front of pages
     * @param fields those of the page interceptors that refuse nothing
     */
    public static Chains of(Interceptor.Next pipeline, List<Interceptor> page, List<Interceptor> fields) {
        return new Chains(
                pipeline,
                Interceptor.chain(page, PAGES::serve),
                Interceptor.chain(fields, invocation -> {}),
                Interceptor.chain(fields, invocation -> {
                    throw Problems.shuttingDown();
                }));
    }
}
