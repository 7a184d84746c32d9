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

/** How the access log is written, and what it does when it cannot be. */
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
        log.writeWaiting();
    }

    private List<String> names(Path file) throws IOException {
        return AccessLines.read(file).stream()
                .map(line -> line.get("correlationId").asText())
                .toList();
    }

    @Test
    void lines_are_written_for_the_owner_alone() throws Exception {
        write(log(), "one");

        assertThat(names(file())).containsExactly("one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void a_full_queue_drops_and_counts_and_nobody_waits() throws Exception {
        AccessLog log = log();

        for (int i = 0; i < QUEUE + 3; i++) {
            log.offer(AccessLines.of("line-" + i));
        }
        log.writeWaiting();

        assertThat(dropped.of("queue_full")).isEqualTo(3);
        assertThat(names(file())).hasSize(QUEUE).startsWith("line-0").endsWith("line-" + (QUEUE - 1));
    }

    @Test
    void files_are_rolled_by_size_and_the_oldest_goes() throws Exception {
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
    void a_file_that_cannot_be_written_drops_and_counts_until_it_can() throws Exception {
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
    void a_folder_that_is_taken_away_is_made_again() throws Exception {
        AccessLog log = log();
        write(log, "before");
        Files.delete(file());
        Files.delete(folder());

        write(log, "after");

        assertThat(names(file())).containsExactly("after");
        assertThat(dropped.all()).isZero();
    }

    @Test
    void a_file_that_somebody_else_has_rolled_is_let_go() throws Exception {
        AccessLog log = log();
        write(log, "before");
        Files.move(file(), folder().resolve("moved"));

        write(log, "after");

        assertThat(names(file())).containsExactly("after");
        assertThat(names(folder().resolve("moved"))).containsExactly("before");
    }

    @Test
    void a_line_that_was_cut_off_spoils_no_other() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(file(), "{\"ts\":\"2026-");

        write(log(), "next");

        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(2);
        assertThat(AccessLines.parsed(lines.get(1)).get("correlationId").asText())
                .isEqualTo("next");
    }

    @Test
    void a_disk_that_takes_nothing_more_is_survived() throws Exception {
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
    void closing_writes_everything_that_was_taken() throws Exception {
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
    void a_log_that_is_off_is_not_waited_for() {
        AccessLog log = new AccessLog(new AccessLogSettings(false, MAX_BYTES, 2, QUEUE), folder(), Meters.NONE);

        log.close(Duration.ofDays(1));

        assertThat(file()).doesNotExist();
    }

    @Test
    void texts_of_clients_are_cut_before_they_wait() {
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
    void settings_that_make_no_sense_are_refused(long maxFileBytes, int keepFiles, int queue, String blamed) {
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
