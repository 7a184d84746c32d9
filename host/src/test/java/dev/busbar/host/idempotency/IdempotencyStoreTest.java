package dev.busbar.host.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.idempotency.IdempotencyStore.Decision;
import dev.busbar.host.idempotency.IdempotencyStore.KeyRecord;
import dev.busbar.host.idempotency.IdempotencyStore.RecordedResponse;
import dev.busbar.host.idempotency.IdempotencyStore.Reservation;
import dev.busbar.host.idempotency.IdempotencyStore.State;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Reservations of keys by several nodes. */
final class IdempotencyStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final IdempotencyKey KEY = new IdempotencyKey("c".repeat(64), "billing", "k-1");

    private static Reservation reservation(IdempotencyKey key, String attempt) {
        return new Reservation(key, "f".repeat(64), attempt, NOW.plusSeconds(30), NOW.plus(Duration.ofHours(24)));
    }

    private static IdempotencyStore.Bounds bounds(int keys) {
        return new IdempotencyStore.Bounds(keys, 1_000, 5_000);
    }

    private static Decision reserve(IdempotencyStore store, Reservation reservation) {
        return store.reserve(reservation, bounds(100), NOW);
    }

    private static KeyRecord existing(Decision decision) {
        return ((Decision.Taken) decision).existing();
    }

    @EachDatabase
    void the_first_attempt_gets_the_key_and_every_other_one_its_record(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);

        assertThat(reserve(store, reservation(KEY, "a"))).isEqualTo(new Decision.Granted());

        Decision second = reserve(new IdempotencyStore(database), reservation(KEY, "b"));
        assertThat(second)
                .isEqualTo(new Decision.Taken(new KeyRecord(
                        "f".repeat(64), "a", State.BEGUN, NOW.plusSeconds(30), NOW.plus(Duration.ofHours(24)), null)));
    }

    @EachDatabase
    void keys_differ_by_caller_platform_and_case(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));

        List.of(
                        new IdempotencyKey("d".repeat(64), "billing", "k-1"),
                        new IdempotencyKey("c".repeat(64), "orders", "k-1"),
                        new IdempotencyKey("c".repeat(64), "billing", "K-1"),
                        new IdempotencyKey("c".repeat(64), "billing", "k-1."))
                .forEach(other -> assertThat(reserve(store, reservation(other, "b")))
                        .as(other.toString())
                        .isEqualTo(new Decision.Granted()));
    }

    @EachDatabase
    void a_stored_response_is_read_unchanged(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));
        byte[] body = "\u0000\u00ff caf\u00e9".getBytes(StandardCharsets.UTF_8);
        Map<String, String> fields = Map.of(
                "content-type",
                "text/plain; charset=utf-8",
                "location",
                "/a:b?c=d",
                "set-cookie",
                "a=1\nb=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT");

        assertThat(store.save(reservation(KEY, "a"), new RecordedResponse(201, fields, body)))
                .isTrue();

        KeyRecord known = existing(reserve(store, reservation(KEY, "b")));
        assertThat(known.state()).isEqualTo(State.DONE);
        assertThat(known.response().status()).isEqualTo(201);
        assertThat(known.response().headers()).isEqualTo(fields);
        assertThat(known.response().body()).isEqualTo(body);
    }

    @EachDatabase
    void a_stored_response_may_have_no_headers_and_no_body(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));

        store.save(reservation(KEY, "a"), new RecordedResponse(204, Map.of(), new byte[0]));

        RecordedResponse recorded =
                existing(reserve(store, reservation(KEY, "b"))).response();
        assertThat(recorded.headers()).isEmpty();
        assertThat(recorded.body()).isEmpty();
    }

    @EachDatabase
    void only_the_attempt_with_the_key_changes_its_state_and_only_once(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));

        assertThat(store.save(reservation(KEY, "b"), new RecordedResponse(200, Map.of(), new byte[0])))
                .isFalse();
        store.remove(reservation(KEY, "b"));
        store.mark(reservation(KEY, "b"), State.NOT_REPLAYABLE);
        assertThat(existing(reserve(store, reservation(KEY, "c"))).state()).isEqualTo(State.BEGUN);

        store.mark(reservation(KEY, "a"), State.UNKNOWN);
        assertThat(store.save(reservation(KEY, "a"), new RecordedResponse(200, Map.of(), new byte[0])))
                .isFalse();
        store.remove(reservation(KEY, "a"));
        assertThat(existing(reserve(store, reservation(KEY, "c"))).state()).isEqualTo(State.UNKNOWN);
    }

    @EachDatabase
    void a_released_key_may_be_reserved_again(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));

        store.remove(reservation(KEY, "a"));

        assertThat(reserve(store, reservation(KEY, "b"))).isEqualTo(new Decision.Granted());
    }

    @EachDatabase
    void an_expired_key_is_free_before_and_after_the_sweep(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        reserve(store, reservation(KEY, "a"));
        store.save(reservation(KEY, "a"), new RecordedResponse(200, Map.of(), new byte[0]));
        Instant later = NOW.plus(Duration.ofHours(24));

        assertThat(store.sweep(later.minusMillis(1))).isZero();
        assertThat(store.reserve(reservation(KEY, "b"), bounds(1), later)).isEqualTo(new Decision.Granted());
        assertThat(store.sweep(later)).isEqualTo(1);
        assertThat(store.reserve(reservation(KEY, "c"), bounds(1), later)).isEqualTo(new Decision.Granted());
    }

    @EachDatabase
    void expired_keys_are_deleted_in_batches(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        for (int n = 0; n < 5; n++) {
            reserve(store, reservation(new IdempotencyKey(KEY.caller(), "billing", "k-" + n), "a"));
        }
        Instant later = NOW.plus(Duration.ofHours(24));
        IdempotencyKey fresh = new IdempotencyKey(KEY.caller(), "billing", "fresh");
        store.reserve(
                new Reservation(fresh, "f".repeat(64), "a", later.plusSeconds(30), later.plus(Duration.ofHours(24))),
                bounds(100),
                later);

        assertThat(store.sweep(later, 2)).isEqualTo(5);
        assertThat(store.sweep(later, 2)).isZero();
        assertThat(store.reserve(reservation(fresh, "b"), bounds(100), later)).isInstanceOf(Decision.Taken.class);
    }

    @EachDatabase
    void large_responses_are_deleted_a_few_at_a_time(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        List<Reservation> all = IntStream.range(0, 3)
                .mapToObj(n -> reservation(new IdempotencyKey(KEY.caller(), "billing", "k-" + n), "a"))
                .toList();
        all.forEach(reservation -> reserve(store, reservation));
        all.forEach(reservation -> store.save(reservation, new RecordedResponse(200, Map.of(), new byte[700_000])));
        AtomicInteger deletes = new AtomicInteger();
        database.jdbi().setSqlLogger(new SqlLogger() {
            @Override
            public void logAfterExecution(StatementContext context) {
                if (String.valueOf(context.getRawSql()).startsWith("delete from idempotency_key")) {
                    deletes.incrementAndGet();
                }
            }
        });

        assertThat(store.sweep(NOW.plus(Duration.ofHours(24)))).isEqualTo(3);

        assertThat(deletes).hasValue(3);
    }

    @EachDatabase
    void the_size_of_a_response_counts_until_its_key_is_deleted(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        IdempotencyKey second = new IdempotencyKey(KEY.caller(), "orders", "k-2");
        reserve(store, reservation(KEY, "a"));
        store.save(reservation(KEY, "a"), new RecordedResponse(200, Map.of(), new byte[1_000]));
        Instant later = NOW.plus(Duration.ofHours(24));

        assertThat(reserve(store, reservation(second, "b"))).isEqualTo(new Decision.CallerFull());
        assertThat(store.sweep(later)).isEqualTo(1);
        assertThat(reserve(store, reservation(second, "b"))).isEqualTo(new Decision.Granted());
    }

    @EachDatabase
    void a_caller_with_the_max_count_of_keys_still_gets_their_records(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        IdempotencyKey second = new IdempotencyKey(KEY.caller(), "orders", "k-2");
        IdempotencyKey stranger = new IdempotencyKey("d".repeat(64), "billing", "k-1");
        store.reserve(reservation(KEY, "a"), bounds(1), NOW);

        assertThat(store.reserve(reservation(second, "b"), bounds(1), NOW)).isEqualTo(new Decision.Exhausted());
        assertThat(store.reserve(reservation(KEY, "b"), bounds(1), NOW)).isInstanceOf(Decision.Taken.class);
        assertThat(store.reserve(reservation(stranger, "b"), bounds(1), NOW)).isEqualTo(new Decision.Granted());
    }

    @EachDatabase
    void one_of_many_concurrent_attempts_gets_the_key(Database database) throws Exception {
        int many = 12;
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            for (int round = 0; round < 10; round++) {
                IdempotencyKey key = new IdempotencyKey(KEY.caller(), "billing", "round-" + round);
                CyclicBarrier together = new CyclicBarrier(many);
                List<Callable<Decision>> all = new ArrayList<>();
                for (int n = 0; n < many; n++) {
                    String attempt = "attempt-" + n;
                    all.add(() -> {
                        together.await();
                        return reserve(new IdempotencyStore(database), reservation(key, attempt));
                    });
                }

                List<Decision> results = new ArrayList<>();
                for (Future<Decision> one : threads.invokeAll(all)) {
                    results.add(one.get());
                }

                assertThat(results).containsOnlyOnce(new Decision.Granted()).doesNotContain(new Decision.Exhausted());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
