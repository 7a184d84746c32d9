package dev.busbar.host.pipeline;

import java.util.Optional;

/** A request that also tells with which credential it came; only the host's own routes get to see that. */
public interface CallerAware {
    /** Who calls, with what they may do. */
    Optional<Caller> caller();

    /** From where the request comes; see {@link Invocation#clientAddress()}. */
    String clientAddress();
}
