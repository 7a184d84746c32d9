package dev.busbar.host.pipeline;

/** A request of a handler with its invocation, which the host can read and plugins cannot. */
public interface InvocationAware {
    /** The invocation it belongs to. */
    Invocation invocation();
}
