package dev.busbar.host.lifecycle;

import java.util.Objects;

/**
 * Where a jar came from.
 *
 * @param source which way
 * @param fileName its name in a folder; empty when it came through the API
 * @param node the node in whose folder it lies; empty when it came through the API
 */
public record Origin(Source source, String fileName, String node) {
    /** One that was written to the audit spool before there were nodes has none. */
    public Origin {
        node = Objects.requireNonNullElse(node, "");
    }

    /** The ways in. */
    public enum Source {
        /** The drop folder. */
        FOLDER,
        /** The platforms that came with the host. */
        BUNDLED,
        /** The admin API. */
        API
    }

    /** Returns whether it is a file of another node than that of a file here. */
    boolean isElsewhere(Origin here) {
        return !node.isEmpty() && !here.node.isEmpty() && !node.equals(here.node);
    }

    /** Through the admin API. */
    public static final Origin API = new Origin(Source.API, "", "");
}
