package dev.busbar.host.desired;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.threads.Threads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of desired state: asks the store every half second for its revision, and reports all of desired state whenever
 * that is another one. It compares states, not events, so nothing is lost while the store is unavailable or the node was
 * down. {@link #start} and {@link #close} are called once; all else runs on a thread of its own, because the store may
 * make it wait.
 */
public final class DesiredFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredFeed.class);
    private static final long POLL_MILLIS = 500;

    private final DesiredStore desired;
    private final ArtifactStore artifacts;
    private final Listener listener;
    private final ScheduledThreadPoolExecutor thread = Threads.timer("busbar-desired-feed");
    private final Queue<String> missing = new ArrayDeque<>();
    private long seen;
    private boolean unavailable;

    /** Follows desired state. Called on the feed's thread. */
    public interface Listener {
        /** Desired state may have changed; this node's own changes are in the snapshot too. */
        void changed(DesiredStore.Snapshot now);

        /**
         * The store has gone back in time: {@link DesiredStore#resynchronize} tells what it has now. Called again where it
         * throws.
         */
        void wentBack();
    }

    /** A feed that does not run yet. */
    public DesiredFeed(DesiredStore desired, ArtifactStore artifacts, Listener listener) {
        this.desired = desired;
        this.artifacts = artifacts;
        this.listener = listener;
    }

    /** Begins to ask for what has changed since a revision; by then a rollback needs no store where the jar was copied. */
    public void start(long revision) {
        prepareRollbacks();
        thread.execute(() -> seen = revision);
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    void poll() {
        try {
            // After an outage the store may be another copy that has caught up with the revision meanwhile.
            if (desired.hasChangedSince(seen) || unavailable) {
                read();
            }
            if (unavailable) {
                unavailable = false;
                LOG.info("desired state can be read again");
            }
            copyNext();
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is decided any more");
        } catch (RuntimeException | Error e) {
            // Whatever goes wrong once, the node has to continue to follow.
            if (!unavailable && !thread.isShutdown()) {
                unavailable = true;
                LOG.warn(
                        "desired state cannot be read; what other nodes change is not followed until it can ({})",
                        e.toString());
            }
        }
    }

    private void read() {
        long highest = Math.max(seen, desired.highestKnown()); // read before the store, which has it then
        DesiredStore.Snapshot now = desired.snapshot();
        if (now.revision() < highest) {
            LOG.warn(
                    "desired state has gone back from revision {} to {}, as by a restored backup or a failover to an"
                            + " older copy; this node takes over what the store has now",
                    highest,
                    now.revision());
            now.all().forEach(this::fetch);
            listener.wentBack();
        } else {
            now.all().stream().filter(desired::isNews).forEach(this::fetch);
            listener.changed(now);
        }
        seen = now.revision();
        prepareRollbacks();
    }

    /** A rollback must work while the store is unavailable, so what it needs of each version is read in advance. */
    private void prepareRollbacks() {
        try {
            Set<String> wanted = desired.digests();
            artifacts.remember(wanted);
            Set<String> copied = artifacts.shadows();
            missing.clear();
            wanted.stream().filter(sha256 -> !copied.contains(sha256)).forEach(missing::add);
        } catch (IOException | RuntimeException e) {
            LOG.warn("earlier versions could not be read in advance; a rollback needs the store until they are", e);
        }
    }

    /** Copies one jar at a time, because changes of other nodes are to be followed meanwhile. */
    private void copyNext() {
        String sha256 = missing.poll();
        if (sha256 != null) {
            try {
                Object unused = artifacts.fetch(sha256);
            } catch (IOException | InvalidPluginException | RuntimeException e) {
                LOG.debug("jar {} could not be copied in advance", sha256, e);
            }
        }
    }

    /** Copies a jar from the store, so that the thread that decides need not wait for it. */
    private void fetch(DesiredStore.Stored stored) {
        try {
            if (stored.desired().enabled()) {
                Object unused = artifacts.fetch(stored.desired().sha256());
            }
        } catch (IOException | InvalidPluginException | RuntimeException e) {
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
