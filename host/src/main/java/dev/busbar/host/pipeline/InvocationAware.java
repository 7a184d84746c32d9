package dev.busbar.host.pipeline;

/** A request, as a handler holds it, that also knows the invocation behind it; the host looks, plugins cannot. */
public interface InvocationAware {
    /** The invocation it belongs to. */
    Invocation invocation();
}
