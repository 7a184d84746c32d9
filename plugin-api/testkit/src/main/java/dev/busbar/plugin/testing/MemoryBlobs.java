package dev.busbar.plugin.testing;

import dev.busbar.core.state.BlobQuota;
import dev.busbar.core.state.MeasuredStream;
import dev.busbar.core.state.StateNames;
import dev.busbar.plugin.state.Blob;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Page;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Blobs in memory, with the limits of the host. Thread-safe. */
final class MemoryBlobs {
    private final Object lock = new Object();
    private final BlobQuota quota;
    private final TreeMap<String, Stored> blobs = new TreeMap<>();
    private long used;

    private record Stored(String name, String mediaType, String sha256, Instant createdAt, Content content) {}

    /** The bytes of a blob, which a delete takes away from those who read it. */
    private static final class Content {
        private final byte[] bytes;
        private volatile boolean deleted;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    MemoryBlobs(BlobQuota quota) {
        this.quota = quota;
    }

    /**
     * The blobs as one generation sees them.
     *
     * @param lent called before each use; throws once nothing is lent any more
     */
    Blobs lent(Clock clock, Runnable lent) {
        return new Lent(clock, lent);
    }

    private final class Lent implements Blobs {
        private final Clock clock;
        private final Runnable lent;

        Lent(Clock clock, Runnable lent) {
            this.clock = clock;
            this.lent = lent;
        }

        @Override
        public Blob put(String name, String mediaType, InputStream content) throws IOException {
            lent.run();
            StateNames.check("blob name", name);
            StateNames.checkMediaType(mediaType);
            MeasuredStream measured = quota.measure(name, content);
            byte[] bytes = measured.readAllBytes();
            lent.run();
            Stored stored = new Stored(name, mediaType, measured.sha256Hex(), clock.instant(), new Content(bytes));
            synchronized (lock) {
                Stored before = blobs.get(name);
                long usedAfter = used + bytes.length - (before == null ? 0 : before.content().bytes.length);
                quota.check(usedAfter);
                if (before != null) {
                    before.content().deleted = true;
                }
                Stored unused = blobs.put(name, stored);
                used = usedAfter;
            }
            return blob(stored);
        }

        @Override
        public Optional<Blob> find(String name) {
            lent.run();
            StateNames.check("blob name", name);
            synchronized (lock) {
                return Optional.ofNullable(blobs.get(name)).map(this::blob);
            }
        }

        @Override
        public boolean delete(String name) {
            lent.run();
            StateNames.check("blob name", name);
            synchronized (lock) {
                Stored before = blobs.remove(name);
                if (before != null) {
                    before.content().deleted = true;
                    used -= before.content().bytes.length;
                }
                return before != null;
            }
        }

        @Override
        public Page<Blob> list(String prefix, String after, int limit) {
            lent.run();
            StateNames.checkPage(prefix, after, limit);
            List<Stored> found;
            synchronized (lock) {
                found = blobs.tailMap(after.isEmpty() ? prefix : after, after.isEmpty()).values().stream()
                        .filter(stored -> stored.name().startsWith(prefix))
                        .limit(limit + 1L)
                        .toList();
            }
            boolean more = found.size() > limit;
            List<Stored> page = more ? found.subList(0, limit) : found;
            return Page.of(
                    page.stream().map(this::blob).toList(),
                    more ? Optional.of(page.get(limit - 1).name()) : Optional.empty());
        }

        private Blob blob(Stored stored) {
            return new MemoryBlob(stored, lent);
        }
    }

    private record MemoryBlob(Stored stored, Runnable lent) implements Blob {
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
            return stored.content().bytes.length;
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
            return open(0, size());
        }

        @Override
        public InputStream open(long from, long length) {
            lent.run();
            StateNames.checkRange(name(), size(), from, length);
            Content content = stored.content();
            InputStream bytes = new ByteArrayInputStream(content.bytes, (int) from, (int) length);
            return new FilterInputStream(bytes) {
                @Override
                public int read() throws IOException {
                    requireThere();
                    return super.read();
                }

                @Override
                public int read(byte[] target, int offset, int count) throws IOException {
                    requireThere();
                    return super.read(target, offset, count);
                }

                private void requireThere() throws IOException {
                    lent.run();
                    if (content.deleted) {
                        throw new IOException("blob " + name() + ": deleted while it was read");
                    }
                }
            };
        }
    }
}
