package dev.busbar.plugin;

import dev.busbar.plugin.jobs.Jobs;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Documents;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * All that the host lends to one generation of a platform. May be used from any thread between {@link Platform#start}
 * and the end of {@link Platform#close}. What was lent is closed by the host afterwards, and each later call on it
 * throws {@link IllegalStateException}, of the executor and the scheduler {@link
 * java.util.concurrent.RejectedExecutionException}; what a plugin made by itself (threads, pools, connections) it closes
 * itself.
 */
public interface PlatformContext {
    /** The plugin id. */
    String id();

    /** The plugin version. */
    String version();

    /** The number of this generation: unique in the life of the host, rising. */
    long generation();

    /**
     * The configuration that a maintainer has given to this platform, bound to a type of the plugin's own: a record,
     * whose constructor checks what it gets. A change of the configuration is a swap, so it never changes for a
     * generation; read it in {@link Platform#start}, where an exception rejects the change and the earlier
     * generation continues to serve. A {@link java.time.Duration} may be written {@code 10s}, as in the configuration of
     * the host; <code>${env:NAME}</code> and <code>${file:/path}</code> in a text are replaced by what they refer to. The
     * manifest attribute {@code Busbar-Secrets} marks secrets, which are shown to nobody.
     *
     * @param type what a JSON object is bound to; members that it does not have are rejected
     * @throws IllegalArgumentException when the configuration does not match; the message lists each violation by JSON
     *     pointer
     */
    <T> T configuration(TypeRef<T> type);

    /**
     * The configuration, bound to a type without type arguments.
     *
     * @throws IllegalArgumentException as {@link #configuration(TypeRef)}
     */
    default <T> T configuration(Class<T> type) {
        return configuration(TypeRef.of(type));
    }

    /** The time as the host sees it; tests set it. */
    Clock clock();

    /** A logger named after the platform. */
    Logger logger();

    /** A directory of this generation's own, empty at start and deleted after retirement. */
    Path scratch();

    /**
     * The documents of a declared type, which belong to the platform: both generations of a swap, and every node, see the
     * same ones.
     *
     * @throws IllegalArgumentException when {@link Platform#documents} did not return this very object
     */
    <T> Documents<T> documents(DocumentType<T> type);

    /**
     * Stores several changes of documents together, all of them or none. The function lists the changes; they are stored
     * when it has returned, and nothing is where it throws.
     *
     * @throws dev.busbar.plugin.state.ConflictException when a document is not as one of the changes expects it
     * @throws IllegalArgumentException when there are too many changes, or two of one document
     */
    void changes(Consumer<Changes> changes);

    /** The blobs of the platform: both generations of a swap, and every node, see the same ones. */
    Blobs blobs();

    /**
     * A directory of the platform on this node, for files that can be made again, such as an index or a database file of
     * a library. It survives swaps and restarts. The host may empty it while no generation of the platform runs, and
     * does so when it is larger than {@code state.cacheBytes}; another node has another one. Both generations of a swap
     * use it at the same time: name files after {@link #version()} where the two cannot share them, or use {@code
     * Busbar-Handover: exclusive}.
     */
    Path cache();

    /**
     * Runs tasks on threads of the generation, apart from those that handle requests: at most {@code
     * bulkhead.backgroundThreads} (4) at a time; an exception of a task is logged. {@code execute} throws {@link
     * java.util.concurrent.RejectedExecutionException} when its queue is full, and once the generation is draining. Tasks
     * that were accepted before run; those that are still queued at the drain limit are dropped, and whoever waits for
     * one learns of it: a {@link java.util.concurrent.FutureTask} is cancelled, the {@link
     * java.util.concurrent.CompletableFuture} of {@code supplyAsync} and its like completes with a {@link
     * java.util.concurrent.RejectedExecutionException}.
     */
    Executor executor();

    /** Runs tasks later. */
    TaskScheduler scheduler();

    /** Calls to other platforms. */
    Platforms platforms();

    /** The jobs of this platform. */
    Jobs jobs();
}
