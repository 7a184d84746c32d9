package dev.busbar.plugin;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * All that the host lends to one generation of a platform. May be used from any thread between {@link Platform#start}
 * and the end of {@link Platform#close}. What was lent is closed by the host afterwards, and each later call on it
 * throws {@link IllegalStateException}; what a plugin made by itself (threads, pools, connections) it closes itself.
 */
public interface PlatformContext {
    /** The plugin id. */
    String id();

    /** The plugin version. */
    String version();

    /** The number of this generation: unique in the life of the host, rising. */
    long generation();

    /** The time as the host sees it; tests set it. */
    Clock clock();

    /** A logger named after the platform. */
    Logger logger();

    /** A directory of this generation's own, empty at start and deleted after retirement. */
    Path scratch();

    /** Runs tasks on threads of the generation, apart from those that answer requests; throws when it is full. */
    Executor executor();

    /** Runs tasks later. */
    TaskScheduler scheduler();
}
