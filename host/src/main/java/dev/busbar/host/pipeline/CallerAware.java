package dev.busbar.host.pipeline;

import java.util.Optional;

/** A request with its caller, for the host's own routes only. */
public interface CallerAware {
    /** The authenticated caller; empty without one. */
    Optional<Caller> caller();

    /** The address of the client; see {@link Invocation#clientAddress()}. */
    String clientAddress();
}
