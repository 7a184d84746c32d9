package dev.busbar.host.isolation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The bounds of a zip file's central directory, which the JDK reads into memory as a whole, however large the file says it
 * is. Stateless.
 */
final class ZipDirectory {
    /** The most entries that a zip file has which is not in the zip64 format. */
    static final int MAX_ENTRIES = 0xffff - 1;

    private static final long MAX_BYTES = 16L << 20;
    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int ENTRIES_AT = 10;
    private static final int SIZE_AT = 12;

    private ZipDirectory() {}

    /**
     * Checks every record at the end of a file that the JDK may take for the end of the directory: which one it takes
     * depends on more than is checked here.
     *
     * @throws InvalidPluginException when a directory is too large
     */
    static void requireBounded(Path file) throws InvalidPluginException, IOException {
        ByteBuffer tail = tail(file);
        for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) != END_SIGNATURE) {
                continue;
            }
            int entries = Short.toUnsignedInt(tail.getShort(at + ENTRIES_AT));
            long bytes = Integer.toUnsignedLong(tail.getInt(at + SIZE_AT));
            if (entries > MAX_ENTRIES || bytes > MAX_BYTES) {
                throw new InvalidPluginException("its directory has " + entries + " entries in " + bytes
                        + " bytes (expected: at most " + MAX_ENTRIES + " entries in " + MAX_BYTES
                        + " bytes); build it again");
            }
        }
    }

    private static ByteBuffer tail(Path file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            int length = (int) Math.min(opened.length(), END_BYTES + 0xffff);
            byte[] bytes = new byte[length];
            opened.seek(opened.length() - length);
            opened.readFully(bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
