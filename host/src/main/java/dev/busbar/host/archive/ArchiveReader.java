package dev.busbar.host.archive;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.tables.RowSum;
import dev.busbar.plugin.ProblemException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive to its end and checks all of it: each entry against the manifest, in both directions. Holds one chunk of
 * a table in memory. For one thread, once.
 */
public final class ArchiveReader {
    private static final int MAX_CHUNK_BYTES = 64 << 20;
    private static final int MAX_MANIFEST_BYTES = 256 << 20;
    private static final int MAX_HEADER_BYTES = 1 << 16;
    private static final JsonCodec JSON = JsonCodec.withoutTraces(ArchiveReader.class.getClassLoader());

    private final InputStream in;
    private final Visitor visitor;
    private final Set<Manifest.Entry> found = new LinkedHashSet<>();
    private String last = "";
    private final Set<String> names = new HashSet<>();
    private final Map<String, RowSum> sums = new LinkedHashMap<>();
    private Manifest.@Nullable Header header;

    private ArchiveReader(InputStream in, Visitor visitor) {
        this.in = in;
        this.visitor = visitor;
    }

    /** Takes the entries of an archive, before it is known that the manifest agrees with them. */
    public interface Visitor {
        /** Takes the header, before anything else. */
        default void header(Manifest.Header header) throws IOException {}

        /** Takes some rows of a table, as lines without their ends. */
        default void rows(String table, List<byte[]> lines) throws IOException {}

        /**
         * Takes a file.
         *
         * @param name below {@code files/}; no segment of it begins with a point
         * @param content ends with the file; what is not read is skipped
         */
        default void file(String name, InputStream content) throws IOException {}
    }

    /**
     * Reads an archive.
     *
     * @param key what it is encrypted with; with one, an archive that is not encrypted is refused, since anybody could have
     *     put that in the place of one that is
     * @throws ArchiveException when it is not as it was written, or cannot be read by this build; what the visitor was
     *     given is void then
     */
    public static Manifest read(Path file, Optional<ArchiveKey> key, Visitor visitor) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream plain = decrypted(raw, key)) {
            return new ArchiveReader(plain, visitor).read();
        }
    }

    /** Returns whether a file begins as an encrypted archive does. */
    public static boolean isEncrypted(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(Sealing.MAGIC.length), Sealing.MAGIC);
        }
    }

    private static InputStream decrypted(InputStream raw, Optional<ArchiveKey> key) throws IOException {
        raw.mark(Sealing.HEADER_BYTES);
        byte[] start = raw.readNBytes(Sealing.HEADER_BYTES);
        if (start.length < Sealing.HEADER_BYTES || !startsWithMagic(start)) {
            if (key.isPresent()) {
                throw new ArchiveException(
                        "the archive is not encrypted, but a key was given (expected: an archive that"
                                + " was encrypted with it. Whoever can write to the folder of the archive can have replaced it."
                                + " If it was made without a key, leave out --key-file and BUSBAR_BACKUP_PASSPHRASE, and give its"
                                + " digest with --sha256)");
            }
            raw.reset();
            return raw;
        }
        ArchiveKey given = key.orElseThrow(() -> new ArchiveException(
                "the archive is encrypted (expected: its key, with --key-file or in BUSBAR_BACKUP_PASSPHRASE)"));
        return new DecryptedInput(raw, Sealing.open(given, start));
    }

    private static boolean startsWithMagic(byte[] start) {
        return Arrays.equals(Arrays.copyOf(start, Sealing.MAGIC.length), Sealing.MAGIC);
    }

    private Manifest read() throws IOException {
        Optional<Manifest> manifest = Optional.empty();
        for (Optional<Tar.Entry> next = next(); next.isPresent(); next = next()) {
            if (manifest.isPresent()) {
                throw new ArchiveException("entry " + Tar.shown(next.get().name()) + " comes after the manifest");
            }
            manifest = entry(next.get());
        }
        requireEnd();
        Manifest complete = manifest.orElseThrow(
                () -> new ArchiveException("the archive has no manifest (expected: as its last entry; it is cut off)"));
        compare(complete);
        return complete;
    }

    private Optional<Tar.Entry> next() throws IOException {
        byte[] block = in.readNBytes(Tar.BLOCK);
        if (block.length < Tar.BLOCK) {
            throw new ArchiveException(
                    found.isEmpty()
                            ? "this is no backup of Busbar: it is too short"
                            : "the archive is cut off after entry " + Tar.shown(last));
        }
        if (Tar.isEnd(block)) {
            return Optional.empty();
        }
        Tar.Entry entry = parse(block);
        if (!Manifest.NAMES.matcher(entry.name()).matches()) {
            throw new ArchiveException("entry " + Tar.shown(entry.name())
                    + " has a name that no backup has (expected: no empty, \".\" or \"..\" segment)");
        }
        if (!names.add(entry.name())) {
            throw new ArchiveException("entry " + Tar.shown(entry.name()) + " is there twice");
        }
        return Optional.of(entry);
    }

    private Tar.Entry parse(byte[] block) throws ArchiveException {
        try {
            return Tar.parse(block);
        } catch (ArchiveException e) {
            throw header == null ? new ArchiveException("this is no backup of Busbar: " + e.getMessage(), e) : e;
        }
    }

    /** Reads one entry; returns the manifest if it is that. */
    private Optional<Manifest> entry(Tar.Entry entry) throws IOException {
        String name = entry.name();
        if (header == null) {
            if (!name.equals(Manifest.HEADER_NAME)) {
                throw new ArchiveException("this is no backup of Busbar: it begins with entry " + Tar.shown(name));
            }
            header = accepted(content(entry, MAX_HEADER_BYTES));
            visitor.header(header);
            return Optional.empty();
        }
        if (name.equals(Manifest.NAME)) {
            return Optional.of(manifest(content(entry, MAX_MANIFEST_BYTES)));
        }
        Matcher chunk = Manifest.CHUNK.matcher(name);
        if (chunk.matches()) {
            rows(chunk.group(1), content(entry, MAX_CHUNK_BYTES));
        } else if (name.startsWith("files/")) {
            file(entry);
        } else {
            throw new ArchiveException(
                    "entry " + Tar.shown(name) + " is of an unknown kind (expected: tables/… or files/…)");
        }
        return Optional.empty();
    }

    private static Manifest.Header accepted(byte[] json) throws IOException {
        Manifest.Header header;
        try {
            header = JSON.decode(stream(json), Manifest.Header.class);
        } catch (ProblemException e) {
            throw new ArchiveException("this is no backup of Busbar: its header is damaged", e);
        }
        if (!Manifest.PRODUCT.equals(header.product())) {
            throw new ArchiveException("this is no backup of Busbar: its product is " + Tar.shown(header.product()));
        }
        if (header.format() > Manifest.FORMAT || header.format() < 1) {
            throw new ArchiveException("the archive has format " + header.format() + " (expected: at most "
                    + Manifest.FORMAT + "; a newer host has made it)");
        }
        return header;
    }

    private static Manifest manifest(byte[] json) throws IOException {
        try {
            return JSON.decode(stream(json), Manifest.class);
        } catch (ProblemException e) {
            throw new ArchiveException("the manifest is damaged", e);
        }
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private byte[] content(Tar.Entry entry, int max) throws IOException {
        if (entry.size() > max) {
            throw new ArchiveException("entry " + Tar.shown(entry.name()) + " has " + entry.size()
                    + " bytes (expected: at most " + max + ")");
        }
        byte[] content = in.readNBytes((int) entry.size());
        if (content.length < entry.size()) {
            throw new ArchiveException("the archive is cut off within entry " + Tar.shown(entry.name()));
        }
        MessageDigest digest = Digests.sha256();
        digest.update(content);
        end(entry, digest);
        return content;
    }

    private void end(Tar.Entry entry, MessageDigest digest) throws IOException {
        byte[] padding = in.readNBytes(Tar.padding(entry.size()));
        if (padding.length < Tar.padding(entry.size()) || !isZero(padding)) {
            throw new ArchiveException("the padding of entry " + Tar.shown(entry.name()) + " is damaged");
        }
        if (!entry.name().equals(Manifest.NAME)) {
            last = entry.name();
            found.add(new Manifest.Entry(entry.name(), entry.size(), Digests.hex(digest)));
        }
    }

    private static boolean isZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    private void rows(String table, byte[] content) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                lines.add(Arrays.copyOfRange(content, begin, i));
                begin = i + 1;
            }
        }
        if (begin != content.length) {
            throw new ArchiveException("table " + table + ": a line is cut off");
        }
        RowSum sum = sums.computeIfAbsent(table, name -> new RowSum());
        lines.forEach(sum::add);
        visitor.rows(table, lines);
    }

    private void file(Tar.Entry entry) throws IOException {
        FileContent content = new FileContent(in, entry);
        visitor.file(entry.name().substring("files/".length()), content);
        content.skipNBytes(content.left);
        end(entry, content.digest);
    }

    /** The content of a file, with its digest. For one thread. */
    private static final class FileContent extends FilterInputStream {
        private final MessageDigest digest = Digests.sha256();
        private final Tar.Entry entry;
        private long left;

        FileContent(InputStream in, Tar.Entry entry) {
            super(in);
            this.entry = entry;
            this.left = entry.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new ArchiveException("the archive is cut off within entry " + Tar.shown(entry.name()));
            }
            digest.update(target, offset, count);
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(count, 1 << 16)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() {
            // the archive goes on
        }
    }

    /** After the first empty block comes a second one, and nothing else. */
    private void requireEnd() throws IOException {
        byte[] rest = in.readNBytes(Tar.BLOCK + 1);
        if (rest.length != Tar.BLOCK || !isZero(rest)) {
            throw new ArchiveException("something else follows the end of the archive, or it is cut off there");
        }
    }

    private void compare(Manifest manifest) throws ArchiveException {
        if (!manifest.header().equals(header)) {
            throw new ArchiveException("the header is not the one in the manifest");
        }
        Set<String> listed = new HashSet<>();
        manifest.entries().forEach(entry -> listed.add(entry.name()));
        for (Manifest.Entry entry : found) {
            if (!listed.contains(entry.name())) {
                throw new ArchiveException("entry " + Tar.shown(entry.name()) + " is not in the manifest");
            }
        }
        for (Manifest.Entry entry : manifest.entries()) {
            if (!names.contains(entry.name())) {
                throw new ArchiveException("entry " + Tar.shown(entry.name()) + " is in the manifest, but missing");
            }
            if (!found.contains(entry)) {
                throw new ArchiveException("the content of entry " + Tar.shown(entry.name())
                        + " has another SHA-256 or size than in the manifest");
            }
        }
        compareRows(manifest);
    }

    private void compareRows(Manifest manifest) throws ArchiveException {
        for (Manifest.Rows rows : manifest.tables()) {
            RowSum sum = sums.getOrDefault(rows.table(), new RowSum());
            if (sum.rows() != rows.rows() || !sum.sum().equals(rows.sum())) {
                throw new ArchiveException("table " + rows.table() + " has " + sum.rows()
                        + " rows, or others (expected: " + rows.rows() + ", of the sum in the manifest)");
            }
        }
        for (String table : sums.keySet()) {
            if (manifest.rows(table).isEmpty()) {
                throw new ArchiveException("table " + table + " is not in the manifest");
            }
        }
    }
}
