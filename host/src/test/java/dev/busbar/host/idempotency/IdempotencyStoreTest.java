package dev.busbar.host.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.idempotency.IdempotencyStore.Beginning;
import dev.busbar.host.idempotency.IdempotencyStore.Kept;
import dev.busbar.host.idempotency.IdempotencyStore.Known;
import dev.busbar.host.idempotency.IdempotencyStore.Outcome;
import dev.busbar.host.idempotency.IdempotencyStore.Result;
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

/** What two nodes see of each other's keys. */
final class IdempotencyStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final IdempotencyKey KEY = new IdempotencyKey("c".repeat(64), "billing", "k-1");

    private static Beginning beginning(IdempotencyKey key, String attempt) {
        return new Beginning(key, "f".repeat(64), attempt, NOW.plusSeconds(30), NOW.plus(Duration.ofHours(24)));
    }

    private static Outcome begin(IdempotencyStore store, Beginning beginning) {
        return store.begin(beginning, 100, NOW);
    }

    @EachDatabase
    void the_first_one_has_the_key_and_every_other_one_sees_it(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);

        assertThat(begin(store, beginning(KEY, "a"))).isEqualTo(new Outcome(Result.BEGUN, null));

        Outcome second = begin(new IdempotencyStore(database), beginning(KEY, "b"));
        assertThat(second)
                .isEqualTo(new Outcome(
                        Result.KNOWN,
                        new Known(
                                "f".repeat(64),
                                "a",
                                State.BEGUN,
                                NOW.plusSeconds(30),
                                NOW.plus(Duration.ofHours(24)),
                                null)));
    }

    @EachDatabase
    void keys_of_another_caller_platform_or_case_are_others(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));

        List.of(
                        new IdempotencyKey("d".repeat(64), "billing", "k-1"),
                        new IdempotencyKey("c".repeat(64), "orders", "k-1"),
                        new IdempotencyKey("c".repeat(64), "billing", "K-1"),
                        new IdempotencyKey("c".repeat(64), "billing", "k-1."))
                .forEach(other -> assertThat(begin(store, beginning(other, "b")).result())
                        .as(other.toString())
                        .isEqualTo(Result.BEGUN));
    }

    @EachDatabase
    void an_answer_comes_back_as_it_was(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));
        byte[] body = "\u0000\u00ff caf\u00e9".getBytes(StandardCharsets.UTF_8);
        Map<String, String> fields = Map.of(
                "content-type",
                "text/plain; charset=utf-8",
                "location",
                "/a:b?c=d",
                "set-cookie",
                "a=1\nb=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT");

        assertThat(store.save(beginning(KEY, "a"), new Kept(201, fields, body))).isTrue();

        Known known = begin(store, beginning(KEY, "b")).known();
        assertThat(known.state()).isEqualTo(State.DONE);
        assertThat(known.answer().status()).isEqualTo(201);
        assertThat(known.answer().fields()).isEqualTo(fields);
        assertThat(known.answer().body()).isEqualTo(body);
    }

    @EachDatabase
    void an_answer_without_fields_and_body_comes_back_too(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));

        store.save(beginning(KEY, "a"), new Kept(204, Map.of(), new byte[0]));

        Kept kept = begin(store, beginning(KEY, "b")).known().answer();
        assertThat(kept.fields()).isEmpty();
        assertThat(kept.body()).isEmpty();
    }

    @EachDatabase
    void only_the_one_that_has_begun_changes_anything_and_only_once(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));

        assertThat(store.save(beginning(KEY, "b"), new Kept(200, Map.of(), new byte[0])))
                .isFalse();
        store.remove(beginning(KEY, "b"));
        store.mark(beginning(KEY, "b"), State.NOT_REPLAYABLE);
        assertThat(begin(store, beginning(KEY, "c")).known().state()).isEqualTo(State.BEGUN);

        store.mark(beginning(KEY, "a"), State.UNKNOWN);
        assertThat(store.save(beginning(KEY, "a"), new Kept(200, Map.of(), new byte[0])))
                .isFalse();
        store.remove(beginning(KEY, "a"));
        assertThat(begin(store, beginning(KEY, "c")).known().state()).isEqualTo(State.UNKNOWN);
    }

    @EachDatabase
    void a_key_that_was_set_free_may_be_taken_again(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));

        store.remove(beginning(KEY, "a"));

        assertThat(begin(store, beginning(KEY, "b")).result()).isEqualTo(Result.BEGUN);
    }

    @EachDatabase
    void an_expired_key_is_free_before_and_after_the_sweep(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        begin(store, beginning(KEY, "a"));
        store.save(beginning(KEY, "a"), new Kept(200, Map.of(), new byte[0]));
        Instant later = NOW.plus(Duration.ofHours(24));

        assertThat(store.sweep(later.minusMillis(1))).isZero();
        assertThat(store.begin(beginning(KEY, "b"), 1, later).result()).isEqualTo(Result.BEGUN);
        assertThat(store.sweep(later)).isEqualTo(1);
        assertThat(store.begin(beginning(KEY, "c"), 1, later).result()).isEqualTo(Result.BEGUN);
    }

    @EachDatabase
    void a_caller_has_so_many_keys_and_still_sees_those_it_has(Database database) {
        IdempotencyStore store = new IdempotencyStore(database);
        IdempotencyKey second = new IdempotencyKey(KEY.caller(), "orders", "k-2");
        IdempotencyKey stranger = new IdempotencyKey("d".repeat(64), "billing", "k-1");
        store.begin(beginning(KEY, "a"), 1, NOW);

        assertThat(store.begin(beginning(second, "b"), 1, NOW)).isEqualTo(new Outcome(Result.FULL, null));
        assertThat(store.begin(beginning(KEY, "b"), 1, NOW).result()).isEqualTo(Result.KNOWN);
        assertThat(store.begin(beginning(stranger, "b"), 1, NOW).result()).isEqualTo(Result.BEGUN);
    }

    @EachDatabase
    void of_many_that_begin_at_once_one_does(Database database) throws Exception {
        int many = 12;
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            for (int round = 0; round < 10; round++) {
                IdempotencyKey key = new IdempotencyKey(KEY.caller(), "billing", "round-" + round);
                CyclicBarrier together = new CyclicBarrier(many);
                List<Callable<Result>> all = new ArrayList<>();
                for (int n = 0; n < many; n++) {
                    String attempt = "attempt-" + n;
                    all.add(() -> {
                        together.await();
                        return begin(new IdempotencyStore(database), beginning(key, attempt))
                                .result();
                    });
                }

                List<Result> results = new ArrayList<>();
                for (Future<Result> one : threads.invokeAll(all)) {
                    results.add(one.get());
                }

                assertThat(results).containsOnlyOnce(Result.BEGUN).doesNotContain(Result.FULL);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
