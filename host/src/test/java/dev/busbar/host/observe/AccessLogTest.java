package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.pipeline.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writing and rotation of the access log, and its write failures. */
final class AccessLogTest {
    private static final int QUEUE = 64;
    private static final long MAX_BYTES = 64 << 10;

    @TempDir
    Path data;

    private final Counted dropped = new Counted();
    private final AtomicLong nanos = new AtomicLong();

    private Path folder() {
        return data.resolve("logs");
    }

    private Path file() {
        return folder().resolve("access.log");
    }

    private AccessLog log() {
        AccessLogSettings settings = new AccessLogSettings(true, MAX_BYTES, 2, QUEUE);
        return new AccessLog(settings, new AccessLogFile(folder(), MAX_BYTES, 2), dropped, nanos::get);
    }

    private static void write(AccessLog log, String correlationId) {
        log.offer(AccessLines.of(correlationId));
        log.writeQueued();
    }

    private List<String> names(Path file) throws IOException {
        return AccessLines.read(file).stream()
                .map(line -> line.get("correlationId").asText())
                .toList();
    }

    @Test
    void files_are_accessible_to_the_owner_only() throws Exception {
        write(log(), "one");

        assertThat(names(file())).containsExactly("one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void a_full_queue_drops_and_counts_lines_without_blocking() throws Exception {
        AccessLog log = log();

        for (int i = 0; i < QUEUE + 3; i++) {
            log.offer(AccessLines.of("line-" + i));
        }
        log.writeQueued();

        assertThat(dropped.of("queue_full")).isEqualTo(3);
        assertThat(names(file())).hasSize(QUEUE).startsWith("line-0").endsWith("line-" + (QUEUE - 1));
    }

    @Test
    void files_are_rotated_by_size_and_the_oldest_is_deleted() throws Exception {
        AccessLog log = log();

        for (int i = 0; i < 1_000; i++) {
            write(log, "line-" + i);
        }

        assertThat(Files.size(file())).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(Files.size(folder().resolve("access.log.1"))).isBetween(MAX_BYTES - 2_000, MAX_BYTES);
        assertThat(names(file())).endsWith("line-999");
        List<String> kept = Stream.of("access.log.2", "access.log.1", "access.log")
                .flatMap(name -> {
                    try {
                        return names(folder().resolve(name)).stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        int first = 1_000 - kept.size();
        assertThat(kept)
                .isEqualTo(Stream.iterate(first, i -> i + 1)
                        .limit(kept.size())
                        .map(i -> "line-" + i)
                        .toList());
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files).hasSize(3);
        }
        assertThat(dropped.all()).isZero();
    }

    @Test
    void an_unwritable_file_drops_and_counts_lines_until_it_recovers() throws Exception {
        Files.createDirectories(folder());
        Files.createDirectory(file());
        AccessLog log = log();

        write(log, "lost");
        write(log, "lost too");
        Files.delete(file());
        write(log, "lost before the next try");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        write(log, "kept");

        assertThat(dropped.of("not_written")).isEqualTo(3);
        assertThat(names(file())).containsExactly("kept");
    }

    @Test
    void a_deleted_folder_is_created_again() throws Exception {
        AccessLog log = log();
        write(log, "before");
        Files.delete(file());
        Files.delete(folder());

        write(log, "after");

        assertThat(names(file())).containsExactly("after");
        assertThat(dropped.all()).isZero();
    }

    @Test
    void a_file_rotated_by_another_program_is_released() throws Exception {
        AccessLog log = log();
        write(log, "before");
        Files.move(file(), folder().resolve("moved"));

        write(log, "after");

        assertThat(names(file())).containsExactly("after");
        assertThat(names(folder().resolve("moved"))).containsExactly("before");
    }

    @Test
    void a_partial_line_does_not_corrupt_the_next() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(file(), "{\"ts\":\"2026-");

        write(log(), "next");

        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(2);
        assertThat(AccessLines.parsed(lines.get(1)).get("correlationId").asText())
                .isEqualTo("next");
    }

    @Test
    void a_full_disk_is_survived() throws Exception {
        Files.createDirectories(folder());
        Files.createSymbolicLink(file(), Path.of("/dev/full"));
        AccessLog log = log();

        write(log, "lost");
        Files.delete(file());
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        write(log, "kept");

        assertThat(dropped.of("not_written")).isEqualTo(1);
        assertThat(names(file())).containsExactly("kept");
    }

    @Test
    void closing_writes_all_queued_lines() throws Exception {
        AccessLog log = log();
        for (int i = 0; i < QUEUE; i++) {
            log.offer(AccessLines.of("line-" + i));
        }
        Thread writer = new Thread(log, "test-access-log");
        writer.start();

        log.close(Duration.ofSeconds(20));

        assertThat(names(file())).hasSize(QUEUE);
        writer.join();
        assertThat(dropped.all()).isZero();
    }

    @Test
    void closing_a_disabled_log_does_not_wait() {
        AccessLog log = new AccessLog(new AccessLogSettings(false, MAX_BYTES, 2, QUEUE), folder(), Meters.NONE);

        log.close(Duration.ofDays(1));

        assertThat(file()).doesNotExist();
    }

    @Test
    void texts_of_clients_are_truncated_before_they_are_queued() {
        assertThat(AccessLine.cut("x".repeat(1 << 20), AccessLine.TEXT_LIMIT)).hasSize(AccessLine.TEXT_LIMIT);
        JsonNode line = AccessLines.parsed(AccessLines.encoded(AccessLines.of("c")));
        assertThat(line.get("userAgent").asText()).isEqualTo("curl/8");
    }

    @ParameterizedTest
    @CsvSource({
        "65535, 8, 64, maxFileBytes",
        "-1, 8, 64, maxFileBytes",
        "65536, 0, 64, keepFiles",
        "65536, 1001, 64, keepFiles",
        "65536, 8, 63, queue",
        "65536, 8, 1000001, queue"
    })
    void invalid_settings_are_rejected(long maxFileBytes, int keepFiles, int queue, String blamed) {
        assertThatThrownBy(() -> new AccessLogSettings(true, maxFileBytes, keepFiles, queue))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(blamed)
                .hasMessageContaining("expected");
    }

    /** Counts by reason. */
    private static final class Counted implements Meters {
        private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

        @Override
        public Count count(String name, String help, String... labels) {
            AtomicLong count = counts.computeIfAbsent(labels[1], reason -> new AtomicLong());
            return count::incrementAndGet;
        }

        @Override
        public Timer timer(String name, String help, String... labels) {
            throw new AssertionError("the access log measures nothing");
        }

        @Override
        public void gauge(String name, String help, DoubleSupplier value, String... labels) {
            throw new AssertionError("the access log shows no gauge");
        }

        long of(String reason) {
            return counts.getOrDefault(reason, new AtomicLong()).get();
        }

        long all() {
            return counts.values().stream().mapToLong(AtomicLong::get).sum();
        }
    }
}
