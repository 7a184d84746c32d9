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
        String id = states.run(() -> contents().begin());
        try {
            write(id, measured);
            String sha256 = measured.sha256Hex();
            requireLent.run();
            return blob(states.run(() -> states.blobs().name(quota, name, id, measured.size(), sha256, mediaType)));
        } catch (IOException | RuntimeException e) {
            discard(id, e);
            throw e;
        }
    }

    private void write(String id, InputStream content) throws IOException {
        for (int seq = 0; ; seq++) {
            byte[] chunk = content.readNBytes(BlobContents.CHUNK_BYTES);
            if (chunk.length == 0) {
                return;
            }
            requireLent.run();
            append(id, seq, chunk);
        }
    }

    private void append(String id, int seq, byte[] chunk) {
        boolean unused = states.run(() -> {
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
        return states.run(() -> states.blobs().delete(quota.platform(), name)).isPresent();
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
