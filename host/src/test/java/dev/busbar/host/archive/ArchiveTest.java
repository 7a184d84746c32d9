package dev.busbar.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format of an archive: what is read is what was written, and nothing else is read. */
final class ArchiveTest {
    private static final Manifest.Header HEADER =
            Manifest.Header.of("1.15", "1.0.0", "a", "node-1", "2026-11-30T12:00:00Z", "e");

    @TempDir
    private Path folder;

    private final List<String> seen = new ArrayList<>();

    private final ArchiveReader.Visitor visitor = new ArchiveReader.Visitor() {
        @Override
        public void header(Manifest.Header header) {
            seen.add("header " + header.id());
        }

        @Override
        public void rows(String table, List<byte[]> lines) {
            seen.add(table + " " + lines.size());
        }

        @Override
        public void file(String name, InputStream content) throws IOException {
            seen.add(name + " " + new String(content.readAllBytes(), StandardCharsets.US_ASCII));
        }
    };

    @Test
    void rows_and_files_are_read_as_they_were_written() throws IOException {
        Path archive = archive(Optional.empty());

        Manifest manifest = ArchiveReader.read(archive, Optional.empty(), visitor);

        assertThat(seen)
                .containsExactly("header a", "role 2", "role 1", "node node-1\n", "trust/x.pem " + "k".repeat(600));
        assertThat(manifest.rows("role")).get().extracting(Manifest.Rows::rows).isEqualTo(3L);
        assertThat(manifest.rows("empty")).get().extracting(Manifest.Rows::rows).isEqualTo(0L);
        assertThat(Files.size(archive) % 512).isZero();
    }

    @Test
    void tar_lists_an_archive() throws Exception {
        Process tar = new ProcessBuilder(
                        "tar", "-tvf", archive(Optional.empty()).toString())
                .redirectErrorStream(true)
                .start();
        String listed = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tar.waitFor()).as(listed).isZero();
        assertThat(listed).contains("-rw-------", "header.json", "tables/role/00000002.ndjson", "files/trust/x.pem");
    }

    @Test
    void each_flipped_byte_is_found() throws IOException {
        byte[] whole = Files.readAllBytes(archive(Optional.empty()));
        Path changed = folder.resolve("changed.tar");
        Random random = new Random(1);

        for (int i = 0; i < 60; i++) {
            byte[] copy = whole.clone();
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(changed, copy);
            assertThatThrownBy(() -> ArchiveReader.read(changed, Optional.empty(), visitor))
                    .isInstanceOf(ArchiveException.class);
        }
    }

    @Test
    void each_cut_is_found() throws IOException {
        byte[] whole = Files.readAllBytes(archive(Optional.empty()));
        Path cut = folder.resolve("cut.tar");

        for (int length = 0; length < whole.length; length += 512 * 7 - 1) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ArchiveReader.read(cut, Optional.empty(), visitor))
                    .isInstanceOf(ArchiveException.class);
        }
        Files.write(cut, Arrays.copyOf(whole, whole.length + 512));
        assertThatThrownBy(() -> ArchiveReader.read(cut, Optional.empty(), visitor))
                .hasMessageContaining("follows the end");
    }

    @Test
    void entries_that_the_manifest_does_not_have_are_refused() throws IOException {
        assertThatThrownBy(() -> read(whole -> join(before(whole), entry("files/extra", "x"), after(whole))))
                .hasMessageContaining("\"files/extra\" is not in the manifest");
        assertThatThrownBy(() -> read(whole -> join(before(whole), entry("files/../../etc/passwd", "x"), after(whole))))
                .hasMessageContaining("has a name that no backup has");
        assertThatThrownBy(() -> read(whole -> join(before(whole), entry("/etc/passwd", "x"), after(whole))))
                .hasMessageContaining("has a name that no backup has");
        assertThatThrownBy(() -> read(whole -> join(before(whole), entry("files/node", "x"), after(whole))))
                .hasMessageContaining("is there twice");
        assertThatThrownBy(() -> read(whole -> join(before(whole), link("files/link"), after(whole))))
                .hasMessageContaining("is of tar type 2");
        assertThatThrownBy(() -> read(whole -> join(before(whole), entry("code/a.class", "x"), after(whole))))
                .hasMessageContaining("of an unknown kind");
    }

    @Test
    void a_missing_entry_is_named() {
        assertThatThrownBy(() -> read(whole -> {
                    byte[] first = new byte[1024];
                    System.arraycopy(whole, 0, first, 0, 1024);
                    return join(first, Arrays.copyOfRange(whole, indexOf(whole, "files/node"), whole.length));
                }))
                .hasMessageContaining("is in the manifest, but missing");
    }

    @Test
    void archives_of_other_products_and_newer_formats_are_refused() throws IOException {
        assertThatThrownBy(() -> read(whole -> entry("readme.txt", "x"))).hasMessageContaining("no backup of Busbar");
        assertThatThrownBy(() -> read(whole -> "hello".getBytes(StandardCharsets.US_ASCII)))
                .hasMessageContaining("no backup of Busbar");
        assertThatThrownBy(() -> read(whole -> entry(
                        "header.json", "{\"product\":\"other\",\"format\":1,\"schema\":\"1\",\"version\":\"1\"}")))
                .hasMessageContaining("its product is \"other\"");
        assertThatThrownBy(() -> read(whole -> entry("header.json", "{\"product\":\"busbar\",\"format\":2}")))
                .hasMessageContaining("format 2 (expected: at most 1; a newer host has made it)");
        assertThatThrownBy(() -> read(whole -> entry("header.json", "[")))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("header is damaged");
    }

    @Test
    void an_encrypted_archive_is_read_with_its_key_alone() throws IOException {
        ArchiveKey key = ArchiveKey.of(ArchiveKey.generate());
        Path archive = archive(Optional.of(key));

        ArchiveReader.read(archive, Optional.of(key), visitor);

        assertThat(seen).contains("role 2", "node node-1\n");
        assertThat(ArchiveReader.isEncrypted(archive)).isTrue();
        assertThat(new String(Files.readAllBytes(archive), StandardCharsets.ISO_8859_1))
                .doesNotContain("node-1");
        assertThatThrownBy(() -> ArchiveReader.read(archive, Optional.empty(), visitor))
                .hasMessageContaining("is encrypted (expected: its key");
        assertThatThrownBy(
                        () -> ArchiveReader.read(archive, Optional.of(ArchiveKey.of(ArchiveKey.generate())), visitor))
                .hasMessageContaining("the key does not fit");
        assertThatThrownBy(
                        () -> ArchiveReader.read(archive, Optional.of(ArchiveKey.of("correct horse battery")), visitor))
                .hasMessageContaining("encrypted with a random key");
    }

    @Test
    void with_a_key_an_archive_that_is_not_encrypted_is_refused() throws IOException {
        Path archive = archive(Optional.empty());
        Path empty = Files.createFile(folder.resolve("empty.tar"));
        Optional<ArchiveKey> key = Optional.of(ArchiveKey.of(ArchiveKey.generate()));

        for (Path each : List.of(archive, empty)) {
            assertThatThrownBy(() -> ArchiveReader.read(each, key, visitor))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessageContaining("is not encrypted, but a key was given")
                    .hasMessageContaining("leave out --key-file")
                    .hasMessageContaining("--sha256");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void a_passphrase_is_a_key_too() throws IOException {
        Path archive = archive(Optional.of(ArchiveKey.of("correct horse battery")));

        ArchiveReader.read(archive, Optional.of(ArchiveKey.of("correct horse battery\n")), visitor);

        assertThat(seen).contains("role 2");
        assertThatThrownBy(() ->
                        ArchiveReader.read(archive, Optional.of(ArchiveKey.of("incorrect horse battery")), visitor))
                .hasMessageContaining("the key does not fit");
        assertThatThrownBy(() -> ArchiveKey.of("short")).hasMessageContaining("at least 12 characters");
        assertThatThrownBy(() -> ArchiveKey.of("busbar-backup-key-1:AAAA")).hasMessageContaining("cut off");
    }

    @Test
    void encrypted_chunks_cannot_be_changed_moved_or_left_out() throws IOException {
        ArchiveKey key = ArchiveKey.of(ArchiveKey.generate());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ArchiveWriter writer = new ArchiveWriter(bytes, Optional.of(key), HEADER);
        byte[] random = new byte[3 << 20];
        new Random(2).nextBytes(random);
        writer.file("big", random.length, new ByteArrayInputStream(random));
        Manifest unused = writer.finish();
        byte[] whole = bytes.toByteArray();
        int sealed = Sealing.CHUNK_BYTES + Sealing.TAG_BYTES;
        int begin = Sealing.HEADER_BYTES;

        List<byte[]> forged = List.of(
                flip(whole, 20),
                flip(whole, begin + 5),
                flip(whole, whole.length - 1),
                Arrays.copyOf(whole, begin + 2 * sealed),
                Arrays.copyOf(whole, begin + 2 * sealed + 7),
                join(Arrays.copyOf(whole, begin), Arrays.copyOfRange(whole, begin + sealed, whole.length)),
                join(
                        Arrays.copyOf(whole, begin),
                        Arrays.copyOfRange(whole, begin + sealed, begin + 2 * sealed),
                        Arrays.copyOfRange(whole, begin, begin + sealed),
                        Arrays.copyOfRange(whole, begin + 2 * sealed, whole.length)));
        Path file = folder.resolve("forged");
        for (byte[] each : forged) {
            Files.write(file, each);
            assertThatThrownBy(() -> ArchiveReader.read(file, Optional.of(key), new ArchiveReader.Visitor() {}))
                    .isInstanceOf(ArchiveException.class);
        }
    }

    @Test
    void a_file_that_shrinks_while_it_is_read_ends_the_archive() throws IOException {
        ArchiveWriter writer = new ArchiveWriter(OutputStream.nullOutputStream(), Optional.empty(), HEADER);

        assertThatThrownBy(() -> writer.file("log", 10, new ByteArrayInputStream(new byte[5])))
                .isInstanceOf(EOFException.class);
    }

    private Path archive(Optional<ArchiveKey> key) throws IOException {
        Path file = folder.resolve("archive.tar");
        try (OutputStream out = Files.newOutputStream(file)) {
            ArchiveWriter writer = new ArchiveWriter(out, key, HEADER);
            writer.table("empty");
            writer.table("role");
            writer.row("{}".getBytes(StandardCharsets.US_ASCII));
            writer.row("{\"name\":1}".getBytes(StandardCharsets.US_ASCII));
            writer.row(("{\"name\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(StandardCharsets.US_ASCII));
            writer.file("node", 7, new ByteArrayInputStream("node-1\n".getBytes(StandardCharsets.US_ASCII)));
            writer.file(
                    "trust/x.pem", 600, new ByteArrayInputStream("k".repeat(700).getBytes(StandardCharsets.US_ASCII)));
            Manifest unused = writer.finish();
        }
        return file;
    }

    private void read(UnaryOperator<byte[]> change) throws IOException {
        byte[] whole = Files.readAllBytes(archive(Optional.empty()));
        Path file = folder.resolve("forged.tar");
        Files.write(file, change.apply(whole));
        ArchiveReader.read(file, Optional.empty(), visitor);
    }

    private static byte[] before(byte[] whole) {
        return Arrays.copyOf(whole, indexOf(whole, "manifest.json"));
    }

    private static byte[] after(byte[] whole) {
        return Arrays.copyOfRange(whole, indexOf(whole, "manifest.json"), whole.length);
    }

    private static int indexOf(byte[] whole, String header) {
        return new String(whole, StandardCharsets.ISO_8859_1).indexOf(header + "\0");
    }

    private static byte[] entry(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        return join(Tar.header(name, bytes.length, 0), bytes, new byte[Tar.padding(bytes.length)]);
    }

    /** A symbolic link, as tar writes one. */
    private static byte[] link(String name) {
        byte[] header = Tar.header(name, 0, 0);
        header[156] = '2';
        header[157] = '/';
        return header;
    }

    private static byte[] flip(byte[] whole, int position) {
        byte[] copy = whole.clone();
        copy[position] ^= 1;
        return copy;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
