package dev.busbar.host.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.busbar.plugin.state.Blob;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Page;
import dev.busbar.plugin.state.QuotaException;
import dev.busbar.plugin.state.TooLargeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Blobs as a plugin sees them, on both stores and in the testkit. */
class PlatformBlobsTest {
    private static final int MIB = 1 << 20;
    private static final InputStream ENDLESS = new InputStream() {
        @Override
        public int read() {
            return 1;
        }
    };

    @EachState
    void content_of_any_length_is_read_as_it_was_written(StateRig rig) throws Exception {
        Blobs blobs = rig.blobs();

        for (int length : new int[] {0, 1, MIB - 1, MIB, MIB + 1}) {
            byte[] content = bytes(length);
            Blob written = blobs.put("reports/" + length, "text/csv", new ByteArrayInputStream(content));
            Blob read = blobs.find("reports/" + length).orElseThrow();

            assertThat(read.open().readAllBytes()).isEqualTo(content);
            assertThat(read.size()).isEqualTo(length).isEqualTo(written.size());
            assertThat(read.mediaType()).isEqualTo("text/csv");
            assertThat(read.createdAt()).isEqualTo(written.createdAt());
            assertThat(read.sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content)))
                    .isEqualTo(written.sha256());
        }
    }

    @EachState
    void a_part_is_read_across_chunks(StateRig rig) throws IOException {
        byte[] content = bytes(2 * MIB + 10);
        Blob blob = rig.blobs().put("b", "a/b", new ByteArrayInputStream(content));

        for (int[] part :
                new int[][] {{0, 0}, {MIB - 1, 2}, {MIB, MIB}, {5, 2 * MIB}, {2 * MIB + 9, 1}, {2 * MIB + 10, 0}}) {
            assertThat(blob.open(part[0], part[1]).readAllBytes())
                    .isEqualTo(Arrays.copyOfRange(content, part[0], part[0] + part[1]));
        }
        for (long[] part : new long[][] {{-1, 2}, {0, -1}, {0, 2 * MIB + 11}, {2 * MIB + 11, 0}, {1, Long.MAX_VALUE}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> blob.open(part[0], part[1]))
                    .withMessageContaining("(expected: within its 2097162 bytes)");
        }
    }

    @EachState
    void a_later_write_takes_the_name(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        Blob first = blobs.put("b", "a/b", new ByteArrayInputStream(bytes(3)));
        Blob second = blobs.put("b", "c/d; x=y", new ByteArrayInputStream(bytes(5)));

        assertThat(blobs.find("b").orElseThrow().sha256()).isEqualTo(second.sha256());
        assertThatIOException().isThrownBy(() -> first.open().read());
        assertThat(blobs.delete("b")).isTrue();
        assertThat(blobs.delete("b")).isFalse();
        assertThat(blobs.find("b")).isEmpty();
    }

    @EachState
    void a_read_during_a_delete_fails_loudly(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        InputStream read =
                blobs.put("b", "a/b", new ByteArrayInputStream(bytes(2 * MIB))).open();
        assertThat(read.readNBytes(10)).hasSize(10);

        blobs.delete("b");

        assertThatIOException().isThrownBy(read::readAllBytes).withMessageContaining("deleted while it was read");
    }

    @EachState
    void blobs_are_listed_by_name_below_a_prefix(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        for (String name : List.of("b/2", "a", "b/1", "B/0", "b/10", "c")) {
            blobs.put(name, "a/b", new ByteArrayInputStream(bytes(1)));
        }

        Page<Blob> first = blobs.list("b/", "", 2);

        assertThat(first.items()).extracting(Blob::name).containsExactly("b/1", "b/10");
        assertThat(blobs.list("b/", first.next().orElseThrow(), 2).items())
                .extracting(Blob::name)
                .containsExactly("b/2");
        assertThat(blobs.list("", "", 1000).items())
                .extracting(Blob::name)
                .containsExactly("B/0", "a", "b/1", "b/10", "b/2", "c");
        assertThat(blobs.list("b/", "", 3).next()).isEmpty();
    }

    @EachState
    void an_endless_stream_ends_at_the_limit(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();

        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> blobs.put("b", "a/b", ENDLESS))
                .withMessage("blob b: too large (expected: at most 8388608 bytes)");

        assertThat(blobs.find("b")).isEmpty();
        assertThat(blobs.put("c", "a/b", new ByteArrayInputStream(new byte[8 * MIB]))
                        .size())
                .as("of the whole quota, which nothing has used up")
                .isEqualTo(8 * MIB);
    }

    @EachState
    void the_quota_counts_all_blobs(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        blobs.put("a", "a/b", new ByteArrayInputStream(new byte[5 * MIB]));

        assertThatExceptionOfType(QuotaException.class)
                .isThrownBy(() -> blobs.put("b", "a/b", new ByteArrayInputStream(new byte[4 * MIB])))
                .withMessageContaining("9437184 bytes of blobs (expected: at most 8388608, state.blobBytes)");

        assertThat(blobs.find("b")).isEmpty();
        assertThat(blobs.put("a", "a/b", new ByteArrayInputStream(new byte[8 * MIB]))
                        .size())
                .as("in the place of itself")
                .isEqualTo(8 * MIB);
    }

    @EachState
    void nothing_is_left_of_a_content_that_cannot_be_read(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cut off");
            }
        };

        assertThatIOException()
                .isThrownBy(() -> blobs.put(
                        "b", "a/b", new SequenceInputStream(new ByteArrayInputStream(bytes(2 * MIB)), broken)))
                .withMessage("cut off");

        assertThat(blobs.find("b")).isEmpty();
        assertThat(blobs.list("", "", 10).items()).isEmpty();
    }

    @EachState
    void an_invalid_name_or_media_type_is_refused(StateRig rig) {
        Blobs blobs = rig.blobs();

        for (String name : List.of("", "a b", "\u00e4", "a\0b", "x".repeat(201))) {
            assertThatIllegalArgumentException().isThrownBy(() -> blobs.put(name, "a/b", ENDLESS));
        }
        for (String type : List.of("", "text", "a/b\r\nX: y", "a/" + "b".repeat(100))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> blobs.put("b", type, ENDLESS))
                    .withMessageContaining("blob media type: ");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.list("", "", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.list("", "", 1001));
    }

    @EachState
    void what_was_opened_before_retirement_fails_after_it(StateRig rig) throws IOException {
        Blobs blobs = rig.blobs();
        InputStream read =
                blobs.put("b", "a/b", new ByteArrayInputStream(bytes(2 * MIB))).open();
        assertThat(read.readNBytes(10)).hasSize(10);

        rig.retire();

        assertThatIllegalStateException().isThrownBy(read::readAllBytes);
        assertThatIllegalStateException().isThrownBy(() -> blobs.find("b"));
        assertThatIllegalStateException().isThrownBy(() -> blobs.put("c", "a/b", ENDLESS));
    }

    private static byte[] bytes(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }
}
