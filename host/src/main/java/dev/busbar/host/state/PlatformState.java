package dev.busbar.host.state;

import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.DocumentRows;
import dev.busbar.core.state.DocumentScan;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.DocumentType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The state of a platform as it is lent to one generation. Closed when the generation retires, if it has used its cache
 * directory. May be called from any
 * thread of the platform.
 */
public final class PlatformState implements DocumentRows, AutoCloseable {
    private final String platform;
    private final PlatformStates states;
    private final Runnable requireLent;
    private final Object lock = new Object();
    private boolean usesCache;

    PlatformState(String platform, PlatformStates states, Runnable requireLent) {
        this.platform = platform;
        this.states = states;
        this.requireLent = requireLent;
    }

    /** Stores which document types a jar declares, so that later it is known which documents it can read. */
    public void declare(String sha256, List<DocumentType<?>> types) {
        if (types.isEmpty()) {
            return; // a jar without any starts without the store
        }
        boolean unused = states.run(() -> {
            states.types().declare(sha256, types);
            return true;
        });
    }

    @Override
    public List<Written> write(List<DocumentChange> changes) {
        requireLent.run();
        return states.write(
                platform, () -> states.documents().write(states.limits().documents(platform), requireLent, changes));
    }

    @Override
    public Optional<Row> find(String collection, String id) {
        requireLent.run();
        return states.run(() -> {
            requireLent.run();
            return states.documents().find(platform, collection, id);
        });
    }

    @Override
    public Scanned scan(DocumentScan scan) {
        requireLent.run();
        return states.run(() -> {
            requireLent.run();
            return states.documents().scan(platform, scan);
        });
    }

    /** The blobs. */
    public Blobs blobs() {
        requireLent.run();
        return new PlatformBlobs(states, states.limits().blobs(platform), requireLent);
    }

    /** The cache directory on this node; created if it is not there, and in use until {@link #close}. */
    public Path cache() {
        requireLent.run();
        synchronized (lock) {
            if (!usesCache) {
                states.caches().enter(platform);
                usesCache = true;
            }
        }
        return states.caches().folder(platform);
    }

    /** Ends the use of the cache directory. */
    @Override
    public void close() {
        synchronized (lock) {
            if (usesCache) {
                states.caches().leave(platform);
                usesCache = false;
            }
        }
    }
}
