package dev.busbar.host.store;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

class BlobsTest {
    private static final int MIB = 1 << 20;

    @EachDatabase
    void content_of_any_length_is_read_as_it_was_written(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");

        for (int length : new int[] {0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17}) {
            byte[] content = bytes(length);
            assertThat(blobs.put("length-" + length, new ByteArrayInputStream(content)))
                    .isTrue();
            assertThat(read(blobs, "length-" + length)).isEqualTo(content);
        }
    }

    @EachDatabase
    void single_bytes_can_be_read_until_the_end(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");
        blobs.put("two", new ByteArrayInputStream(new byte[] {1, -1}));

        try (InputStream stream = blobs.open("two").orElseThrow()) {
            assertThat(stream.read(new byte[0])).isZero();
            assertThat(new int[] {stream.read(), stream.read(), stream.read()}).containsExactly(1, 255, -1);
        }
    }

    @EachDatabase
    void a_second_write_of_a_name_does_nothing(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");
        blobs.put("name", new ByteArrayInputStream(new byte[] {1}));

        boolean written = blobs.put("name", new ByteArrayInputStream(new byte[] {2}));

        assertThat(written).isFalse();
        assertThat(read(blobs, "name")).containsExactly(1);
    }

    @EachDatabase
    void of_two_writers_at_once_one_writes_and_nothing_of_the_other_is_left(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");
        InputStream content = new InputStream() {
            private boolean overtaken;

            @Override
            public int read() {
                if (overtaken) {
                    return -1;
                }
                overtaken = true;
                assertThat(CompletableFuture.supplyAsync(() -> putSeven(blobs))).succeedsWithin(ofSeconds(20));
                return 8;
            }
        };

        assertThat(blobs.put("name", content)).isFalse();

        assertThat(read(blobs, "name")).containsExactly(7);
        assertThat(count(database, "blob_chunk")).isOne();
    }

    @EachDatabase
    void nothing_is_left_of_a_content_that_cannot_be_read(Database database) {
        Blobs blobs = blobs(database, "artifacts");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }
        };
        InputStream content = new SequenceInputStream(new ByteArrayInputStream(bytes(2 * MIB)), broken);

        assertThatThrownBy(() -> blobs.put("name", content)).isInstanceOf(IOException.class);

        assertThat(blobs.contains("name")).isFalse();
        assertThat(blobs.open("name")).isEmpty();
        assertThat(count(database, "blob_chunk")).isZero();
    }

    @EachDatabase
    void a_deleted_blob_is_gone_with_its_chunks(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");
        blobs.put("name", new ByteArrayInputStream(bytes(2 * MIB)));

        assertThat(blobs.delete("name")).isTrue();

        assertThat(blobs.contains("name")).isFalse();
        assertThat(blobs.delete("name")).isFalse();
        assertThat(count(database, "blob_chunk")).isZero();
    }

    @EachDatabase
    void a_reader_whose_blob_is_deleted_fails_instead_of_ending_early(Database database) throws IOException {
        Blobs blobs = blobs(database, "artifacts");
        blobs.put("name", new ByteArrayInputStream(bytes(2 * MIB)));

        try (InputStream stream = blobs.open("name").orElseThrow()) {
            assertThat(stream.read()).isNotNegative();
            blobs.delete("name");

            assertThatThrownBy(stream::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("chunk 1 is not there (expected: 1048576 more bytes");
        }
    }

    @EachDatabase
    void names_of_one_namespace_are_not_seen_in_another(Database database) throws IOException {
        blobs(database, "artifacts").put("name", new ByteArrayInputStream(new byte[] {1}));

        assertThat(blobs(database, "backups").contains("name")).isFalse();
    }

    private static Blobs blobs(Database database, String namespace) {
        return new Blobs(database, namespace, Clock.systemUTC());
    }

    private static boolean putSeven(Blobs blobs) {
        try {
            return blobs.put("name", new ByteArrayInputStream(new byte[] {7}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Blobs blobs, String name) throws IOException {
        try (InputStream stream = blobs.open(name).orElseThrow()) {
            return stream.readAllBytes();
        }
    }

    private static byte[] bytes(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private static long count(Database database, String table) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select count(*) from " + table)
                .mapTo(Long.class)
                .one());
    }

    @EachDatabase
    void the_content_of_a_deleted_blob_is_removed_row_by_row_also_after_a_crash(Database database) throws IOException {
        Blobs blobs = new Blobs(database, "steps", Clock.systemUTC());
        blobs.put("large", new ByteArrayInputStream(new byte[3 << 20]));
        blobs.put("kept", new ByteArrayInputStream(new byte[2 << 20]));
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "insert into blob_chunk (blob_id, seq, content) values ('gone', 0, ?)", (Object) new byte[1]));
        List<Boolean> alone = new ArrayList<>();
        database.jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                if (String.valueOf(context.getRawSql()).startsWith("delete from blob_chunk")) {
                    try {
                        alone.add(context.getConnection().getAutoCommit());
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        });

        assertThat(blobs.delete("large")).isTrue();
        assertThat(new BlobContents(database, Clock.systemUTC()).sweep()).isEqualTo(1);

        assertThat(alone).hasSizeGreaterThan(3).containsOnly(true);
        long left = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select count(*) from blob_chunk where blob_id not in (select id from blob)")
                .mapTo(Long.class)
                .one());
        assertThat(left).isZero();
        assertThat(blobs.open("kept").orElseThrow().readAllBytes()).hasSize(2 << 20);
    }
}
