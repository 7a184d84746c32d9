package dev.busbar.host.lifecycle;

/**
 * Where a jar came from.
 *
 * @param source which way
 * @param fileName its name in a folder; empty when it came through the API
 */
public record Origin(Source source, String fileName) {
    /** The ways in. */
    public enum Source {
        /** The drop folder. */
        FOLDER,
        /** The platforms that came with the host. */
        BUNDLED,
        /** The admin API. */
        API
    }

    /** Through the admin API. */
    public static final Origin API = new Origin(Source.API, "");
}
