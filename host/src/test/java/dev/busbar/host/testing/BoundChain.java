package dev.busbar.host.testing;

import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import java.util.List;

/** The route chain of a test, bound to the contract of each invocation as it is when a generation is published. */
public record BoundChain(List<RouteConcern> concerns) {
    public static BoundChain of(RouteConcern... concerns) {
        return new BoundChain(List.of(concerns));
    }

    /** Passes an invocation that has its route. */
    public void pass(Invocation invocation, Interceptor.Next last) {
        List<Interceptor> bound = concerns.stream()
                .flatMap(concern -> concern.on(Endpoint.routed(invocation).route()).stream())
                .toList();
        Interceptor.chain(bound, last).proceed(invocation);
    }
}
