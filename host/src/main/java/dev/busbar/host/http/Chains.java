package dev.busbar.host.http;

import dev.busbar.core.Problems;
import dev.busbar.host.pipeline.Interceptor;
import java.util.List;

/**
 * What the requests of a server pass. Immutable.
 *
 * @param pipeline every request that is not one for a page
 * @param page one for a page, before it is looked for
 * @param fields one that the server itself refuses; it only adds to the answer
 * @param stopping every request while the host stops; it refuses
 */
public record Chains(
        Interceptor.Next pipeline, Interceptor.Next page, Interceptor.Next fields, Interceptor.Next stopping) {
    /**
     * Composes them.
     *
     * @param pipeline what every request that is not one for a page passes
     * @param page the interceptors in front of pages
     * @param fields those of them that refuse nothing
     */
    public static Chains of(Interceptor.Next pipeline, List<Interceptor> page, List<Interceptor> fields) {
        return new Chains(
                pipeline,
                Interceptor.chain(page, invocation -> {}),
                Interceptor.chain(fields, invocation -> {}),
                Interceptor.chain(fields, invocation -> {
                    throw Problems.shuttingDown();
                }));
    }
}
