package dev.busbar.host.state;

import java.util.List;

/** The lasting state of all platforms, as their lifecycle sees it. Thread-safe. */
public interface States {
    /**
     * Lends the state of a platform to one generation.
     *
     * @param requireLent called before each use; throws once nothing is lent any more
     */
    PlatformState lend(String platform, Runnable requireLent);

    /**
     * The stored documents that a jar cannot read, in words, by what it declared when it ran last; none for a jar that
     * never ran, and while the store is unavailable: a rollback must be possible then.
     */
    List<String> unreadable(String platform, String sha256);
}
