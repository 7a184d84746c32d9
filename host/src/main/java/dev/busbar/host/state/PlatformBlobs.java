package dev.busbar.host.state;

import dev.busbar.core.state.BlobQuota;
import dev.busbar.core.state.MeasuredStream;
import dev.busbar.core.state.StateNames;
import dev.busbar.host.state.PlatformBlobStore.StoredBlob;
import dev.busbar.host.store.BlobContents;
import dev.busbar.plugin.state.Blob;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Page;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The blobs of a platform as they are lent to one generation. Streams are read on the thread of the plugin; only whole
 * chunks go to the threads that use the store.
 */
record PlatformBlobs(PlatformStates states, BlobQuota quota, Runnable requireLent) implements Blobs {
    private static final String NAME = "blob name";

    @Override
    public Blob put(String name, String mediaType, InputStream content) throws IOException {
        requireLent.run();
        StateNames.check(NAME, name);
        StateNames.checkMediaType(mediaType);
        MeasuredStream measured = quota.measure(name, content);
        long free = free(name);
        AtomicLong uploading = states.uploading(quota.platform());
        String id = states.run(() -> contents().begin());
        long stored = 0;
        try {
            for (byte[] chunk = next(measured); chunk.length > 0; chunk = next(measured)) {
                stored += chunk.length;
                requireFree(free, uploading.addAndGet(chunk.length));
                append(id, (int) ((stored - 1) / BlobContents.CHUNK_BYTES), chunk);
            }
            StoredBlob blob = states.blobs().of(name, id, measured.size(), measured.sha256Hex(), mediaType);
            return blob(states.write(quota.platform(), () -> states.blobs().name(quota, requireLent, blob)));
        } catch (IOException | RuntimeException e) {
            discard(id, e);
            throw e;
        } finally {
            long unused = uploading.addAndGet(-stored);
        }
    }

    private static byte[] next(InputStream content) throws IOException {
        return content.readNBytes(BlobContents.CHUNK_BYTES);
    }

    /** The space that is left, with that of the blob that is to be replaced. */
    private long free(String name) {
        long free = states.run(() -> quota.maxBytes()
                - states.usage().of(quota.platform()).blobBytes()
                + states.blobs()
                        .find(quota.platform(), name)
                        .map(StoredBlob::size)
                        .orElse(0L));
        requireFree(free, 0);
        return free;
    }

    /** Refuses early what would be refused in the end; the count of the transaction that names the blob decides. */
    private void requireFree(long free, long bytes) {
        if (bytes > free) {
            quota.check(quota.maxBytes() + bytes - free);
        }
    }

    private void append(String id, int seq, byte[] chunk) {
        boolean unused = states.run(() -> {
            requireLent.run();
            contents().append(id, seq, chunk);
            return true;
        });
    }

    private void discard(String id, Exception failure) {
        try {
            boolean unused = states.run(() -> {
                contents().remove(id);
                return true;
            });
        } catch (RuntimeException e) {
            failure.addSuppressed(e); // it is swept later
        }
    }

    private BlobContents contents() {
        return states.blobs().contents();
    }

    @Override
    public Optional<Blob> find(String name) {
        requireLent.run();
        StateNames.check(NAME, name);
        return states.run(() -> states.blobs().find(quota.platform(), name)).map(this::blob);
    }

    @Override
    public boolean delete(String name) {
        requireLent.run();
        StateNames.check(NAME, name);
        return states.write(quota.platform(), () -> states.blobs().delete(quota.platform(), requireLent, name))
                .isPresent();
    }

    @Override
    public Page<Blob> list(String prefix, String after, int limit) {
        requireLent.run();
        StateNames.checkPage(prefix, after, limit);
        List<StoredBlob> found = states.run(() -> states.blobs().list(quota.platform(), prefix, after, limit + 1));
        boolean more = found.size() > limit;
        List<StoredBlob> page = more ? found.subList(0, limit) : found;
        return Page.of(
                page.stream().map(this::blob).toList(),
                more ? Optional.of(page.get(limit - 1).name()) : Optional.empty());
    }

    private Blob blob(StoredBlob stored) {
        return new LentBlob(this, stored);
    }

    private InputStream open(StoredBlob stored, long from, long length) {
        requireLent.run();
        StateNames.checkRange(stored.name(), stored.size(), from, length);
        return BlobContents.stream(stored.id(), from, length, seq -> {
            requireLent.run();
            return states.run(() -> contents().chunk(stored.id(), seq));
        });
    }

    private record LentBlob(PlatformBlobs blobs, StoredBlob stored) implements Blob {
        @Override
        public String name() {
            return stored.name();
        }

        @Override
        public String mediaType() {
            return stored.mediaType();
        }

        @Override
        public long size() {
            return stored.size();
        }

        @Override
        public String sha256() {
            return stored.sha256();
        }

        @Override
        public Instant createdAt() {
            return stored.createdAt();
        }

        @Override
        public InputStream open() {
            return blobs.open(stored, 0, stored.size());
        }

        @Override
        public InputStream open(long from, long length) {
            return blobs.open(stored, from, length);
        }
    }
}
