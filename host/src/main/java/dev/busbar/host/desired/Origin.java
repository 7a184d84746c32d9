package dev.busbar.host.desired;

import java.util.Objects;

/**
 * Source of a jar. Immutable.
 *
 * @param fileName its name in a folder; empty when it came through the API
 * @param node the node in whose folder it is; empty when it came through the API
 */
public record Origin(Source source, String fileName, String node) {
    /** An origin that was written to the audit spool before there were nodes has none. */
    public Origin {
        node = Objects.requireNonNullElse(node, "");
    }

    /** Kinds of sources. */
    public enum Source {
        /** The drop folder. */
        FOLDER,
        /** The platforms that came with the host. */
        BUNDLED,
        /** The admin API. */
        API
    }

    /** Returns whether this is a file of another node than that of a file here. */
    public boolean isElsewhere(Origin here) {
        return !node.isEmpty() && !here.node.isEmpty() && !node.equals(here.node);
    }

    /** The admin API. */
    public static final Origin API = new Origin(Source.API, "", "");
}
