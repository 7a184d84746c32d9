package dev.busbar.plugin.testing;

import dev.busbar.core.state.StateLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lasting state of a platform in memory: documents and blobs with the conflicts, limits and quotas of the host. Given
 * to one {@link PlatformHarness} after the other it shows how a version uses what an earlier one has written. May be used
 * from any thread.
 *
 * <pre>{@code
 * TestState state = TestState.empty();
 * try (PlatformHarness earlier = PlatformHarness.start(new BillingV1(), "{}", state)) {
 *     earlier.post("/bills").json(new NewBill("ada", 12)).call();
 * }
 * try (PlatformHarness current = PlatformHarness.start(new BillingV2(), "{}", state)) {
 *     assertThat(current.get("/bills").call().status()).isEqualTo(200);
 * }
 * }</pre>
 */
public final class TestState implements AutoCloseable {
    private final MemoryDocuments documents;
    private final MemoryBlobs blobs;
    private final Object lock = new Object();
    private @Nullable Path cache;

    private TestState(StateLimits limits) {
        documents = new MemoryDocuments(limits.documents("test"));
        blobs = new MemoryBlobs(limits.blobs("test"));
    }

    /** No state, with the default quotas of the host. */
    public static TestState empty() {
        return new TestState(StateLimits.DEFAULTS);
    }

    /**
     * No state, with quotas.
     *
     * @param documentBytes the size of all documents together
     * @param documents the max number of documents
     * @param blobBytes the size of all blobs together
     */
    public static TestState limited(long documentBytes, long documents, long blobBytes) {
        return new TestState(
                new StateLimits(documentBytes, documents, blobBytes, blobBytes, StateLimits.DEFAULTS.cacheBytes()));
    }

    MemoryDocuments documents() {
        return documents;
    }

    MemoryBlobs blobs() {
        return blobs;
    }

    Path cache() {
        synchronized (lock) {
            try {
                Path folder = cache == null ? Files.createTempDirectory("busbar-cache") : cache;
                cache = folder;
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException("the cache directory cannot be made", e);
            }
        }
    }

    /** Deletes the cache directory; a harness that was started without a state of its own does so itself. */
    @Override
    public void close() {
        synchronized (lock) {
            if (cache != null) {
                delete(cache);
                cache = null;
            }
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("directory " + folder + " cannot be deleted", e);
        }
    }
}
