package dev.busbar.host.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a tar file, in the format of POSIX 1003.1-1988 (ustar): what every tar program reads. Only regular files with
 * short names are written, and nothing else is read: there are no links, devices, directories or extended headers to be
 * tricked with. Stateless.
 */
final class Tar {
    static final int BLOCK = 512;

    private static final int NAME_LENGTH = 100;
    private static final long MAX_SIZE = (1L << 33) - 1;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;

    private Tar() {}

    /** The header of a regular file of mode 0600. */
    static byte[] header(String name, long size, long seconds) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        if (text.length >= NAME_LENGTH || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "entry: " + name + ", " + size + " bytes (expected: a name below 100 bytes, and below 8 GiB)");
        }
        byte[] block = new byte[BLOCK];
        System.arraycopy(text, 0, block, 0, text.length);
        put(block, 100, "0000600\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        put(block, 124, String.format("%011o\0", size));
        put(block, 136, String.format("%011o\0", seconds));
        block[TYPE] = '0';
        put(block, 257, "ustar\00000");
        put(block, CHECKSUM, String.format("%06o\0 ", checksum(block)));
        return block;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    private static int checksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    /** The number of bytes that fill the last block of an entry. */
    static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    static boolean isEnd(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    /**
     * An entry as its header describes it.
     *
     * @param name as it stands there; it is not checked
     */
    record Entry(String name, long size) {}

    /** @throws ArchiveException when it is not exactly a header as {@link #header} writes it */
    static Entry parse(byte[] block) throws ArchiveException {
        int end = 0;
        while (end < NAME_LENGTH && block[end] != 0) {
            end++;
        }
        String name = new String(block, 0, end, StandardCharsets.ISO_8859_1);
        long size = octal(block, 124, name);
        long seconds = octal(block, 136, name);
        if (block[TYPE] != '0') {
            throw new ArchiveException("entry " + shown(name) + " is of tar type " + (char) (block[TYPE] & 0x7f)
                    + " (expected: a regular file; links and folders are not part of a backup)");
        }
        if (end == NAME_LENGTH || !isAscii(name) || !Arrays.equals(block, header(name, size, seconds))) {
            throw new ArchiveException("the tar header of entry " + shown(name) + " is damaged (expected: one that a"
                    + " backup of Busbar has)");
        }
        return new Entry(name, size);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(each -> each > ' ' && each <= '~');
    }

    static String shown(@Nullable String name) {
        return '"' + String.valueOf(name).replaceAll("[^!-~]", "?") + '"';
    }

    private static long octal(byte[] block, int offset, String name) throws ArchiveException {
        String digits = new String(block, offset, 11, StandardCharsets.ISO_8859_1);
        if (!digits.matches("[0-7]{11}")) {
            throw new ArchiveException(
                    "the tar header of entry " + shown(name) + " is damaged (expected: octal numbers)");
        }
        return Long.parseLong(digits, 8);
    }
}
