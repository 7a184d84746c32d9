package dev.busbar.host.auditlog;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of fixed size, every byte of which was written at the first start, so that entries can be written into it while
 * the disk is full. Two sectors hold the epoch, of which the higher valid one counts; the entries of the epoch follow,
 * each as length, CRC-32 over epoch, index and bytes, and the bytes, up to a length of 0. A new epoch empties the file:
 * entries of an earlier epoch have another CRC. Not a channel, which an interrupted thread would close for all. Safe for
 * any number of threads of one process.
 */
final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int SECTOR = 512;
    private static final int BEGIN = 2 * SECTOR;
    private static final int FRAME = 2 * Integer.BYTES;

    private final RandomAccessFile file;
    private final Force force;
    private final Object lock = new Object();
    private final List<byte[]> entries = new ArrayList<>();
    private long epoch;
    private long end = BEGIN;

    /** Forces what was written to a file to the disk. */
    @FunctionalInterface
    interface Force {
        void force(RandomAccessFile file) throws IOException;
    }

    private Spool(RandomAccessFile file, Force force) {
        this.file = file;
        this.force = force;
    }

    /**
     * Opens the spool and reads its entries; the first time, creates it.
     *
     * @throws IOException when it cannot be created, or neither of its sectors is valid
     */
    static Spool open(Path file, int bytes) throws IOException {
        return open(file, bytes, Spool::sync);
    }

    static Spool open(Path file, int bytes, Force force) throws IOException {
        if (!Files.exists(file)) {
            allocate(file, bytes, force);
        }
        Spool spool = new Spool(new RandomAccessFile(file.toFile(), "rw"), force);
        try {
            spool.read(file);
            return spool;
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    static void sync(RandomAccessFile file) throws IOException {
        file.getFD().sync();
    }

    private static void allocate(Path file, int bytes, Force force) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (RandomAccessFile fresh = new RandomAccessFile(temporary.toFile(), "rw")) {
            write(fresh, 0, new byte[bytes], force);
            write(fresh, 0, sector(0), force);
        }
        Secrets.settle(temporary, file);
    }

    private static byte[] sector(long epoch) {
        ByteBuffer sector = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(epoch);
        return sector.putInt(crc(epoch, -1, new byte[0])).array();
    }

    private static int crc(long epoch, int index, byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(epoch)
                .putInt(index)
                .flip());
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private void read(Path path) throws IOException {
        epoch = Math.max(readSector(0), readSector(SECTOR));
        if (epoch < 0) {
            throw new IOException(
                    "audit spool: " + path + " is damaged (expected: the file that the host has written; revocations"
                            + " and rollbacks may wait in it. Keep a copy, then delete it)");
        }
        boolean whole = true;
        while (whole && file.length() - end >= FRAME) {
            ByteBuffer frame = ByteBuffer.wrap(readAt(end, FRAME));
            int length = frame.getInt();
            if (length == 0) {
                return;
            }
            whole = length > 0 && length <= file.length() - end - FRAME && take(length, frame.getInt());
        }
        LOG.warn("the last entry of the audit spool {} is incomplete and is ignored", path);
    }

    private boolean take(int length, int crc) throws IOException {
        byte[] bytes = readAt(end + FRAME, length);
        if (crc(epoch, entries.size(), bytes) != crc) {
            return false;
        }
        entries.add(bytes);
        end += FRAME + length;
        return true;
    }

    private long readSector(long at) throws IOException {
        ByteBuffer sector = ByteBuffer.wrap(readAt(at, Long.BYTES + Integer.BYTES));
        long value = sector.getLong();
        return sector.getInt() == crc(value, -1, new byte[0]) ? value : -1;
    }

    private byte[] readAt(long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(at);
        file.readFully(bytes);
        return bytes;
    }

    /**
     * Adds an entry; it is on the disk when this returns.
     *
     * @throws IOException when it cannot be written
     * @throws IllegalStateException when the spool is full
     */
    void add(byte[] entry) throws IOException {
        synchronized (lock) {
            // The frame that ends the entries needs space as well.
            if (file.length() - end < 2L * FRAME + entry.length) {
                throw new IllegalStateException("audit spool: full with " + entries.size()
                        + " entries (expected: the store can be written again, so that they are chained)");
            }
            byte[] frame = ByteBuffer.allocate(FRAME + entry.length + FRAME)
                    .putInt(entry.length)
                    .putInt(crc(epoch, entries.size(), entry))
                    .put(entry)
                    .array();
            write(file, end, frame, force);
            entries.add(entry);
            end += FRAME + entry.length;
        }
    }

    /** The entries, in order. */
    List<byte[]> entries() {
        synchronized (lock) {
            return List.copyOf(entries);
        }
    }

    boolean isEmpty() {
        synchronized (lock) {
            return entries.isEmpty();
        }
    }

    /**
     * Removes all entries, unless another one was added meanwhile.
     *
     * @param handled the count of entries that were handled
     */
    void clear(int handled) throws IOException {
        synchronized (lock) {
            if (entries.size() > handled) {
                return;
            }
            long next = epoch + 1;
            write(file, next % 2 * SECTOR, sector(next), force);
            epoch = next;
            end = BEGIN;
            entries.clear();
            write(file, end, new byte[FRAME], force);
        }
    }

    private static void write(RandomAccessFile file, long at, byte[] bytes, Force force) throws IOException {
        file.seek(at);
        file.write(bytes);
        force.force(file);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
