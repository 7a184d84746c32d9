package dev.busbar.host.state;

import static dev.busbar.host.state.StateRig.BILLS;
import static dev.busbar.host.state.StateRig.BILLS_V1;
import static dev.busbar.host.state.StateRig.NOTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.state.StateRig.Bill;
import dev.busbar.host.store.BlobContents;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.Fence;
import dev.busbar.host.store.FencedException;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.state.Query;
import dev.busbar.plugin.state.QuotaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the state of platforms is to the rest of the host. */
class PlatformStatesTest {
    private static final int UPLOADS = 20;

    @EachStateStore
    void a_fenced_thread_writes_nothing(StateRig.InStore rig) throws IOException {
        Documents<Bill> bills = rig.bills();
        Blobs blobs = rig.blobs();
        blobs.put("there", "a/b", new ByteArrayInputStream(new byte[1]));
        Fence refusing = transaction -> {
            throw new FencedException("the lease belongs to somebody else");
        };

        Fence before = Fence.enter(refusing);
        try {
            assertThatExceptionOfType(FencedException.class).isThrownBy(() -> bills.create("b", Bill.of("ada", 1)));
            assertThatExceptionOfType(FencedException.class)
                    .isThrownBy(() -> rig.changes(changes -> changes.put(NOTES, "n", "text")));
            assertThatExceptionOfType(FencedException.class)
                    .isThrownBy(() -> blobs.put("b", "a/b", new ByteArrayInputStream(new byte[1])));
            assertThatExceptionOfType(FencedException.class).isThrownBy(() -> blobs.delete("there"));
        } finally {
            Fence unused = Fence.enter(before);
        }

        assertThat(bills.find("b")).isEmpty();
        assertThat(blobs.find("b")).isEmpty();
        assertThat(blobs.find("there")).isPresent();
    }

    @EachStateStore
    void slow_uploads_hold_no_connection(StateRig.InStore rig) throws Exception {
        Blobs blobs = rig.blobs();
        Documents<Bill> bills = rig.bills();
        CountDownLatch waiting = new CountDownLatch(UPLOADS);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService uploaders = Executors.newFixedThreadPool(UPLOADS);
        List<CompletableFuture<Long>> uploads = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            String name = "slow-" + i;
            uploads.add(CompletableFuture.supplyAsync(() -> put(blobs, name, new Slow(waiting, goOn)), uploaders));
        }
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(rig.database().poolUse().active()).isZero();
        assertThat(bills.create("b", Bill.of("ada", 1)).version()).isPositive();
        goOn.countDown();

        assertThat(uploads).allSatisfy(upload -> assertThat(upload).succeedsWithin(Duration.ofSeconds(30)));
        uploaders.shutdown();
    }

    private static long put(Blobs blobs, String name, InputStream content) {
        try {
            return blobs.put(name, "a/b", content).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives two bytes, and waits before the second. */
    private static final class Slow extends InputStream {
        private final CountDownLatch waiting;
        private final CountDownLatch goOn;
        private int given;

        Slow(CountDownLatch waiting, CountDownLatch goOn) {
            this.waiting = waiting;
            this.goOn = goOn;
        }

        @Override
        public int read() {
            if (given == 1) {
                waiting.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return given++ < 2 ? 1 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int one = read();
            if (one >= 0) {
                target[offset] = (byte) one;
            }
            return one < 0 ? -1 : 1;
        }
    }

    @EachStateStore
    void an_interrupted_thread_harms_neither_the_write_nor_the_store(StateRig.InStore rig) {
        Documents<Bill> bills = rig.bills();

        Thread.currentThread().interrupt();
        long version = bills.create("b", Bill.of("ada", 1)).version();

        assertThat(Thread.interrupted())
                .as("the interrupt is left to the plugin")
                .isTrue();
        assertThat(bills.find("b").orElseThrow().version()).isEqualTo(version);
    }

    @EachStateStore
    void what_a_crash_left_of_an_upload_is_swept_when_it_is_old(StateRig.InStore rig) throws IOException {
        Clock now = Clock.systemUTC();
        Clock yesterday = Clock.offset(now, BlobContents.MAX_UPLOAD.negated());
        BlobContents contents = new BlobContents(rig.database(), now);
        String old = new BlobContents(rig.database(), yesterday).begin();
        contents.append(old, 0, new byte[10]);
        String young = contents.begin();
        contents.append(young, 0, new byte[10]);
        rig.blobs().put("named", "a/b", new ByteArrayInputStream(new byte[10]));

        rig.states().sweep();

        assertThat(contents.chunk(old, 0)).isEmpty();
        assertThat(contents.chunk(young, 0)).isPresent();
        assertThat(rig.blobs().find("named").orElseThrow().open().readAllBytes())
                .hasSize(10);
    }

    @EachStateStore
    void a_replaced_content_that_cannot_be_removed_harms_nothing(StateRig.InStore rig) throws IOException {
        Blobs blobs = rig.blobs();
        blobs.put("b", "a/b", new ByteArrayInputStream(new byte[10]));
        SqlLogger failing = new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                if (String.valueOf(context.getRawSql()).startsWith("delete from blob_chunk")) {
                    throw new IllegalStateException("no connection");
                }
            }
        };

        rig.database().jdbi().setSqlLogger(failing);
        try {
            blobs.put("b", "a/b", new ByteArrayInputStream(new byte[20]));
            assertThat(blobs.put("c", "a/b", new ByteArrayInputStream(new byte[30]))
                            .size())
                    .isEqualTo(30);
            assertThat(blobs.delete("c")).isTrue();
        } finally {
            rig.database().jdbi().setSqlLogger(SqlLogger.NOP_SQL_LOGGER);
        }

        assertThat(blobs.find("b").orElseThrow().open().readAllBytes()).hasSize(20);
        rig.states().sweep();
        long left = rig.database().jdbi().withHandle(handle -> handle.createQuery(
                        "select count(*) from blob where namespace = '#removed'")
                .mapTo(Long.class)
                .one());
        assertThat(left).isZero();
    }

    @EachStateStore
    void open_uploads_count_together_before_they_have_a_name(StateRig.InStore rig) throws Exception {
        Blobs blobs = rig.blobs();
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        InputStream first =
                new SequenceInputStream(new ByteArrayInputStream(new byte[5 << 20]), new Slow(waiting, goOn));
        CompletableFuture<Long> upload = CompletableFuture.supplyAsync(() -> put(blobs, "first", first));
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        AtomicLong read = new AtomicLong();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read.incrementAndGet();
                return 1;
            }
        };

        assertThatExceptionOfType(QuotaException.class).isThrownBy(() -> blobs.put("second", "a/b", endless));

        assertThat(read).hasValueLessThan(5 << 20);
        goOn.countDown();
        assertThat(upload).succeedsWithin(Duration.ofSeconds(30)).isEqualTo((5L << 20) + 2);
        blobs.delete("first");
        assertThat(blobs.put("third", "a/b", new ByteArrayInputStream(new byte[8 << 20]))
                        .size())
                .isEqualTo(8 << 20);
    }

    @EachStateStore
    void a_write_that_waits_while_its_generation_retires_is_not_made(StateRig.InStore rig) throws Exception {
        Documents<Bill> bills = rig.bills();
        bills.create("first", Bill.of("ada", 1));
        CompletableFuture<Long> waiting = new CompletableFuture<>();
        int unused = rig.states().usage().change(rig.platform(), (transaction, usage) -> {
            waiting.completeAsync(() -> bills.create("late", Bill.of("ada", 2)).version());
            await().until(() -> rig.database().poolUse().active() == 2);
            rig.retire();
            return 1;
        });

        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("retired");
        assertThat(rig.states().space(rig.platform()).documents()).isOne();
    }

    @EachStateStore
    void a_content_that_has_a_name_is_not_removed(StateRig.InStore rig) throws IOException {
        Blobs blobs = rig.blobs();
        blobs.put("b", "a/b", new ByteArrayInputStream(new byte[10]));
        String id = rig.states().blobs().find(rig.platform(), "b").orElseThrow().id();

        new BlobContents(rig.database(), Clock.systemUTC()).remove(id);

        assertThat(blobs.find("b").orElseThrow().open().readAllBytes()).hasSize(10);
    }

    @EachStateStore
    void documents_that_a_jar_cannot_read_are_named(StateRig.InStore rig) {
        PlatformState lent = rig.states().lend(rig.platform(), () -> {});
        lent.declare("current", List.of(BILLS, NOTES));
        lent.declare("earlier", List.of(BILLS_V1));
        rig.documents(BILLS_V1, BILLS_V1).create("old", new StateRig.BillV1("ada"));

        assertThat(rig.states().unreadable(rig.platform(), "earlier")).isEmpty();
        rig.bills().create("new", Bill.of("ada", 1));

        assertThat(rig.states().unreadable(rig.platform(), "earlier"))
                .containsExactly("bills of schema 2 (it reads 1)");
        assertThat(rig.states().unreadable(rig.platform(), "current")).isEmpty();
        assertThat(rig.states().unreadable(rig.platform(), "never ran")).isEmpty();
    }

    @EachStateStore
    void the_space_of_a_platform_is_measured(StateRig.InStore rig) throws IOException {
        rig.documents(NOTES, NOTES).create("n", "12345678");
        rig.blobs().put("b", "a/b", new ByteArrayInputStream(new byte[7]));

        rig.states().measure();

        PlatformStates.@Nullable Space space = rig.states().spaces().get(rig.platform());
        assertThat(space).isEqualTo(new PlatformStates.Space(10, 1, 7, 0));
    }

    @EachStateStore
    void the_state_of_a_platform_is_removed_in_steps_and_that_of_another_stays(StateRig.InStore rig)
            throws IOException {
        Documents<Bill> bills = rig.bills();
        for (int i = 0; i < 120; i++) {
            bills.create("b" + i, Bill.of("ada", i));
        }
        rig.documents(NOTES, NOTES).create("n", "x".repeat(1_000_000));
        rig.blobs().put("b", "a/b", new ByteArrayInputStream(new byte[3 << 20]));
        PlatformState other = rig.states().lend(rig.platform() + "-other", () -> {});
        other.blobs().put("b", "a/b", new ByteArrayInputStream(new byte[5]));
        AtomicReference<PlatformStates.Removed> removed = new AtomicReference<>();

        rig.states().remove(rig.platform(), removed::set);

        assertThat(removed.get().documents()).isEqualTo(121);
        assertThat(removed.get().documentBytes()).isGreaterThan(1_000_000);
        assertThat(removed.get().blobs()).isOne();
        assertThat(removed.get().blobBytes()).isEqualTo(3 << 20);
        assertThat(rig.states().space(rig.platform())).isEqualTo(PlatformStates.Space.NONE);
        assertThat(bills.stream(Query.where("customer", "ada"))).isEmpty();
        assertThat(other.blobs().find("b")).isPresent();
    }

    @Test
    void a_store_that_is_gone_is_a_problem_for_the_client() {
        Database database = Databases.open(Databases.h2());
        try (StateRig.InStore rig = new StateRig.InStore(database, StateRig.LIMITS)) {
            Documents<Bill> bills = rig.bills();
            database.close();

            assertThat(rig.states().unreadable("p", "digest"))
                    .as("a rollback is possible")
                    .isEmpty();
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> bills.find("b"))
                    .satisfies(problem -> assertThat(problem.status()).isEqualTo(503))
                    .satisfies(problem -> assertThat(problem.headers()).containsKey("Retry-After"));
        }
    }

    @Test
    void a_cache_that_is_too_large_is_emptied_before_the_first_generation(@TempDir Path root) throws IOException {
        CacheFolders caches = new CacheFolders(root, 100);
        caches.enter("p");
        Path file = Files.write(caches.folder("p").resolve("index"), new byte[101]);

        caches.enter("p");
        assertThat(file).as("while a generation runs").exists();
        caches.leave("p");
        caches.leave("p");
        caches.measure();
        assertThat(caches.sizes()).containsEntry("p", 101L);
        caches.enter("p");

        assertThat(file).doesNotExist();
        assertThat(caches.folder("p")).isEmptyDirectory();
    }
}
