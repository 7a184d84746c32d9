package dev.busbar.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened resources of a host, closed in reverse order. A part adds each resource as soon as it is open, so that
 * nothing stays open when a later one throws. Resources are added by the thread that starts the host; {@link #close}
 * may be called from any thread, once all are added or when opening has failed.
 */
final class Opened implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Deque<Resource> resources = new ArrayDeque<>();
    private final Consumer<String> added;

    private record Resource(String name, AutoCloseable close) {}

    Opened() {
        this(name -> {});
    }

    /** @param added called with the name of each resource after it was added; an exception fails the start */
    Opened(Consumer<String> added) {
        this.added = added;
    }

    /**
     * Adds an open resource.
     *
     * @param name of the resource, for the log and for the sentence of a failed start
     */
    <T extends AutoCloseable> T add(String name, T resource) {
        synchronized (resources) {
            resources.push(new Resource(name, resource));
        }
        added.accept(name);
        return resource;
    }

    /** Closes every resource, the last one first; one that fails is logged. A second call does nothing. */
    @Override
    public void close() {
        for (Resource next = take(); next != null; next = take()) {
            try {
                next.close().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                LOG.warn("{}: interrupted while it was closed", next.name());
            } catch (Exception e) {
                LOG.warn("{} could not be closed", next.name(), e);
            }
        }
    }

    private @Nullable Resource take() {
        synchronized (resources) {
            return resources.poll();
        }
    }
}
