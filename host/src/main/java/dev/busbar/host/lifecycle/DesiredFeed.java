package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.isolation.RejectedException;
import dev.busbar.host.threads.Threads;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of desired state: asks the store every half second for its revision, and hands on all of desired state
 * whenever that has risen. It compares states, not events, so nothing is lost while the store is away or the node was
 * not there. {@link #start} and {@link #close} are called once; all else runs on a thread of its own, because the store
 * may make it wait.
 */
final class DesiredFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredFeed.class);
    private static final long POLL_MILLIS = 500;

    private final DesiredStore desired;
    private final ArtifactStore artifacts;
    private final Consumer<DesiredStore.Snapshot> follow;
    private final ScheduledThreadPoolExecutor thread = Threads.timer("busbar-desired-feed");
    private long seen;
    private boolean away;

    /**
     * A feed that does not run yet.
     *
     * @param follow told of all of desired state, this node's own changes among it; called on the feed's thread
     */
    DesiredFeed(DesiredStore desired, ArtifactStore artifacts, Consumer<DesiredStore.Snapshot> follow) {
        this.desired = desired;
        this.artifacts = artifacts;
        this.follow = follow;
    }

    /** Begins to ask for what has changed since a revision. */
    void start(long revision) {
        thread.execute(() -> seen = revision);
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void poll() {
        try {
            if (desired.hasChangedSince(seen)) {
                DesiredStore.Snapshot now = desired.snapshot();
                now.all().stream().filter(desired::isNews).forEach(this::fetch);
                follow.accept(now);
                seen = now.revision();
            }
            if (away) {
                away = false;
                LOG.info("desired state can be read again");
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is decided any more");
        } catch (RuntimeException | Error e) {
            // Whatever goes wrong once, the node has to go on following.
            if (!away && !thread.isShutdown()) {
                away = true;
                LOG.warn(
                        "desired state cannot be read; what other nodes change is not followed until it can ({})",
                        e.toString());
            }
        }
    }

    /** Copies a jar from the store, so that the thread that decides need not wait for it. */
    private void fetch(DesiredStore.Stored stored) {
        try {
            if (stored.desired().enabled()) {
                Object unused = artifacts.fetch(stored.desired().sha256());
            }
        } catch (IOException | RejectedException | RuntimeException e) {
            LOG.debug(
                    "plugin {}: its jar could not be copied in advance",
                    stored.desired().pluginId(),
                    e);
        }
    }

    /** Not interrupted: the embedded store closes its file under a reader that is. */
    @Override
    public void close() {
        thread.getQueue().clear();
        thread.shutdown();
    }
}
