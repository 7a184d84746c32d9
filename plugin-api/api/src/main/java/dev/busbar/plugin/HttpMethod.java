package dev.busbar.plugin;

/** A method a {@link Route} can be declared for. The host answers {@code HEAD} from the route's {@code GET}. */
public enum HttpMethod {
    /** Reads. */
    GET,
    /** Creates or computes. */
    POST,
    /** Replaces. */
    PUT,
    /** Changes in part. */
    PATCH,
    /** Removes. */
    DELETE
}
