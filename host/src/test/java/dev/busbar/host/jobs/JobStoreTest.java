package dev.busbar.host.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.ClaimStore.Offer;
import dev.busbar.host.jobs.ClaimStore.TypeKey;
import dev.busbar.host.jobs.JobStore.Cancellation;
import dev.busbar.host.jobs.JobStore.Failure;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.FencedException;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.jobs.Submission;
import dev.busbar.plugin.jobs.Submission.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Jobs in the store, as several nodes claim, end and lose them. */
final class JobStoreTest {
    private static final TypeKey COUNT = new TypeKey("billing", "count");
    private static final Failure FAILURE = new Failure("{\"title\":\"Platform failed\"}", "java.io.IOException: disk");

    private static JobStore store(Database database) {
        return new JobStore(database, JobSettings.DEFAULTS);
    }

    private static ClaimStore node(Database database, String name) {
        return new ClaimStore(
                database, new ClaimStore.Owner(name, UUID.randomUUID().toString()), 3);
    }

    private static Offer offer(int free) {
        return new Offer(COUNT, free, 100, List.of());
    }

    private static NewJob job(String principal, Submission options) {
        Submitter by = new Submitter(
                Principal.of(principal, Principal.Kind.SERVICE, Set.of("analyst")), "key-1", Set.of("billing:write"));
        return new NewJob("billing", "count", by, "{\"to\":3}".getBytes(StandardCharsets.UTF_8), options, "corr-0001");
    }

    private static String submit(Database database, String principal, Submission options) {
        String id = UUID.randomUUID().toString();
        return database.change(transaction -> store(database).enqueue(transaction, id, job(principal, options)));
    }

    private static String submit(Database database) {
        return submit(database, "ada", Submission.options());
    }

    private static Candidate claimOne(Database database) {
        return node(database, "n1").claim(List.of(offer(1))).get(0);
    }

    private static JobState state(Database database, String id) {
        return store(database).find(id).orElseThrow().state();
    }

    private static boolean retry(Database database, String id) {
        return database.change(transaction -> store(database).retry(transaction, id));
    }

    @EachDatabase
    void a_job_is_claimed_with_its_submitter_and_its_request(Database database) {
        String id = submit(database);

        Candidate claimed = claimOne(database);

        assertThat(claimed.id()).isEqualTo(id);
        assertThat(claimed.submitter().principal().roles()).containsExactly("analyst");
        assertThat(claimed.submitter().scope()).containsExactly("billing:write");
        assertThat(store(database).content(id, "request"))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("{\"to\":3}"));
        assertThat(state(database, id)).isEqualTo(JobState.RUNNING);
    }

    @EachDatabase
    void of_many_nodes_that_claim_at_once_each_job_goes_to_one(Database database) throws Exception {
        for (int i = 0; i < 60; i++) {
            submit(database, "p" + i, Submission.options());
        }
        AtomicInteger claimed = new AtomicInteger();
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        List<Callable<List<String>>> claims = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            ClaimStore node = node(database, "n" + n);
            claims.add(() -> {
                List<String> mine = new ArrayList<>();
                for (int i = 0; i < 1_000 && claimed.get() < 60; i++) { // nothing where another node is at it
                    List<Candidate> got = node.claim(List.of(offer(3)));
                    claimed.addAndGet(got.size());
                    got.forEach(candidate -> mine.add(candidate.id()));
                }
                return mine;
            });
        }

        List<String> all = new ArrayList<>();
        for (Future<List<String>> some : nodes.invokeAll(claims)) {
            all.addAll(some.get());
        }
        nodes.shutdownNow();

        assertThat(all).hasSize(60);
        assertThat(new HashSet<>(all)).hasSize(60);
    }

    @EachDatabase
    void a_node_that_hangs_in_its_claim_holds_up_no_other(Database database) {
        submit(database);

        List<Candidate> claimed = database.change(transaction -> {
            int unused = transaction
                    .handle()
                    .createQuery("select id from job_claim where id = 1 for update")
                    .mapTo(Integer.class)
                    .one();
            return CompletableFuture.supplyAsync(() -> node(database, "n2").claim(List.of(offer(1))))
                    .join();
        });

        assertThat(claimed).hasSize(database.isShared() ? 0 : 1);
        assertThat(node(database, "n2").claim(List.of(offer(1)))).hasSize(1 - claimed.size());
    }

    @EachDatabase
    void limits_of_type_and_principal_hold_over_all_nodes(Database database) {
        for (int i = 0; i < 5; i++) {
            submit(database, "ada", Submission.options());
            submit(database, "bob", Submission.options());
        }

        Offer five = new Offer(COUNT, 10, 5, List.of());
        List<Candidate> first = node(database, "n1").claim(List.of(five));
        List<Candidate> second = node(database, "n2").claim(List.of(five));

        assertThat(first).hasSize(5);
        assertThat(first.stream().filter(job -> job.principal().equals("ada")).count())
                .isBetween(2L, 3L);
        assertThat(second).isEmpty();
    }

    @EachDatabase
    void a_priority_moves_a_job_by_ten_minutes(Database database) {
        String low = submit(database, "ada", Submission.options().priority(Priority.LOW));
        String normal = submit(database);
        String high = submit(database, "ada", Submission.options().priority(Priority.HIGH));

        assertThat(node(database, "n1").claim(List.of(offer(3))))
                .extracting(Candidate::id)
                .containsExactly(high, normal, low);
    }

    @EachDatabase
    void a_job_waits_for_its_time(Database database) {
        submit(database, "ada", Submission.options().after(Instant.now().plusSeconds(3_600)));
        String due =
                submit(database, "ada", Submission.options().after(Instant.now().minusSeconds(1)));
        ClaimStore node = node(database, "n1");

        assertThat(node.claim(List.of(offer(3)))).isEmpty();
        assertThat(node.queueDue()).isOne();
        assertThat(node.claim(List.of(offer(3)))).extracting(Candidate::id).containsExactly(due);
    }

    @EachDatabase
    void a_unique_key_gives_the_same_job_until_that_has_ended(Database database) {
        Submission unique = Submission.options().uniqueKey("2026-11");
        String first = submit(database, "ada", unique);

        assertThat(submit(database, "bob", unique)).isEqualTo(first);
        store(database).cancel(first);
        assertThat(submit(database, "ada", unique)).isNotEqualTo(first);
    }

    @EachDatabase
    void of_many_submissions_with_one_key_at_once_one_becomes_a_job(Database database) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Callable<String>> calls = IntStream.range(0, 8)
                .mapToObj(i -> (Callable<String>)
                        () -> submit(database, "p" + i, Submission.options().uniqueKey("one")))
                .toList();

        Set<String> ids = new HashSet<>();
        for (Future<String> id : clients.invokeAll(calls)) {
            ids.add(id.get());
        }
        clients.shutdownNow();

        assertThat(ids).hasSize(1);
    }

    @EachDatabase
    void a_result_ends_a_job_once(Database database) {
        String id = submit(database);
        JobToken run = claimOne(database).claimed();
        JobStore store = store(database);

        assertThat(store.succeed(run, new byte[] {'1'}, new Progress(3, 3, "done")))
                .contains(JobState.SUCCEEDED);
        assertThat(store.succeed(run, new byte[] {'2'}, Progress.NONE)).isEmpty();
        assertThat(store.fail(run, FAILURE)).isEmpty();
        assertThat(store.content(id, "result")).contains(new byte[] {'1'});
        assertThat(store.find(id)).hasValueSatisfying(job -> {
            assertThat(job.done()).isEqualTo(3);
            assertThat(job.finishedAt()).isNotNull();
            assertThat(job.expiresAt()).isNotNull();
        });
    }

    @EachDatabase
    void a_late_run_can_neither_end_its_job_nor_save_nor_pass_its_fence(Database database) {
        submit(database);
        JobStore store = store(database);
        JobToken late = claimOne(database).claimed();
        assertThat(store.crashed(late, 3, FAILURE)).contains(JobState.QUEUED);
        JobToken current = claimOne(database).claimed();

        assertThat(store.succeed(late, null, Progress.NONE)).isEmpty();
        assertThat(store.requeue(late)).isEmpty();
        assertThatThrownBy(() -> store.checkpoint(late, 1, new byte[1], Progress.NONE, false))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> database.change(transaction -> {
                    store.fence(late).check(transaction);
                    return true;
                }))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("belongs to another run");
        boolean passed = database.change(transaction -> {
            store.fence(current).check(transaction);
            return true;
        });
        assertThat(passed).isTrue();
    }

    @EachDatabase
    void a_late_run_neither_submits_nor_cancels_jobs(Database database) {
        String other = submit(database, "bob", Submission.options());
        store(database).cancel(other);
        submit(database);
        JobToken late = claimOne(database).claimed();
        store(database).requeue(late);
        JobQueue queue = new JobQueue(
                database, JobSettings.DEFAULTS, () -> UUID.randomUUID().toString());
        String waiting = submit(database, "bob", Submission.options());

        assertThatThrownBy(() -> queue.enqueue(
                        job("ada", Submission.options()), store(database).fence(late)))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> queue.cancel(waiting, store(database).fence(late)))
                .isInstanceOf(FencedException.class);
        assertThat(state(database, waiting)).isEqualTo(JobState.QUEUED);
        assertThat(queue.list(Map.of(), Optional.empty(), "", 10)).hasSize(3);
    }

    @EachDatabase
    void a_checkpoint_outlives_the_run(Database database) {
        String id = submit(database);
        JobStore store = store(database);
        JobToken run = claimOne(database).claimed();

        store.checkpoint(run, 2, new byte[] {'1'}, new Progress(1, 9, "one"), false);
        store.checkpoint(run, 2, new byte[] {'2'}, new Progress(2, 9, "two"), true);

        assertThat(state(database, id)).isEqualTo(JobState.QUEUED);
        assertThat(store.content(id, "checkpoint")).contains(new byte[] {'2'});
        assertThat(store.find(id).orElseThrow().done()).isEqualTo(2);
        assertThat(node(database, "n1").claim(List.of(offer(1))))
                .as("a version that reads no schema 2")
                .isEmpty();
        assertThat(node(database, "n1").claim(List.of(new Offer(COUNT, 1, 1, List.of(1, 2)))))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.checkpointSchema()).isEqualTo(2);
                    assertThat(job.attempt()).isOne();
                });
    }

    @EachDatabase
    void a_failed_attempt_is_tried_again_after_a_pause(Database database) {
        String id = submit(database);
        JobStore store = store(database);

        assertThat(store.retryLater(claimOne(database).claimed(), FAILURE, Duration.ofMinutes(5)))
                .contains(JobState.DELAYED);

        assertThat(node(database, "n1").queueDue()).isZero();
        assertThat(store.find(id)).hasValueSatisfying(job -> {
            assertThat(job.attempt()).isEqualTo(2);
            assertThat(job.fault()).contains("IOException");
            assertThat(job.runAt()).isAfter(job.createdAt().plusSeconds(299));
        });
    }

    @EachDatabase
    void a_run_without_the_store_is_postponed_at_the_same_attempt_for_a_limited_time(Database database) {
        String id = submit(database);
        JobStore store = store(database);

        assertThat(store.postpone(claimOne(database).claimed(), Duration.ZERO, Duration.ofHours(1)))
                .contains(JobState.DELAYED);
        assertThat(node(database, "n1").queueDue()).isOne();
        JobToken second = claimOne(database).claimed();
        assertThat(store.postpone(second, Duration.ZERO, Duration.ZERO)).isEmpty();

        assertThat(store.find(id)).hasValueSatisfying(job -> {
            assertThat(job.attempt()).isOne();
            assertThat(job.state()).isEqualTo(JobState.RUNNING);
        });
        assertThat(store.fail(second, FAILURE)).contains(JobState.FAILED);
        assertThat(retry(database, id)).isTrue();
        assertThat(store.postpone(claimOne(database).claimed(), Duration.ZERO, Duration.ofHours(1)))
                .contains(JobState.DELAYED);
    }

    @EachDatabase
    void a_job_whose_runs_die_fails_at_the_third_unless_it_saves_a_checkpoint(Database database) {
        String id = submit(database);
        JobStore store = store(database);
        store.crashed(claimOne(database).claimed(), 3, FAILURE);
        store.crashed(claimOne(database).claimed(), 3, FAILURE);
        JobToken third = claimOne(database).claimed();
        store.checkpoint(third, 0, new byte[] {'x'}, Progress.NONE, false);
        store.crashed(third, 3, FAILURE);
        store.crashed(claimOne(database).claimed(), 3, FAILURE);

        assertThat(state(database, id)).isEqualTo(JobState.QUEUED);
        assertThat(store.crashed(claimOne(database).claimed(), 3, FAILURE)).contains(JobState.FAILED);
        assertThat(state(database, id)).isEqualTo(JobState.FAILED);
    }

    @EachDatabase
    void a_cancelled_job_ends_at_once_when_queued_and_with_its_run_when_running(Database database) {
        JobStore store = store(database);
        String queued = submit(database);
        assertThat(store.cancel(queued)).isEqualTo(Cancellation.ENDED);
        assertThat(store.cancel(queued)).isEqualTo(Cancellation.NONE);
        for (int end = 0; end < 4; end++) {
            String running = submit(database);
            JobToken run = claimOne(database).claimed();

            assertThat(store.cancel(running)).isEqualTo(Cancellation.REQUESTED);
            Optional<JobState> ended =
                    switch (end) {
                        case 0 -> store.succeed(run, new byte[] {'1'}, Progress.NONE);
                        case 1 -> store.fail(run, FAILURE);
                        case 2 -> store.retryLater(run, FAILURE, Duration.ZERO);
                        default -> store.requeue(run);
                    };

            assertThat(ended).contains(JobState.CANCELLED);
            assertThat(store.content(running, "result")).isEmpty();
        }
    }

    @EachDatabase
    void a_failed_job_is_enqueued_again_by_hand(Database database) {
        String id = submit(database);
        JobStore store = store(database);
        assertThat(retry(database, id)).isFalse();
        store.fail(claimOne(database).claimed(), FAILURE);

        assertThat(retry(database, id)).isTrue();

        assertThat(claimOne(database).id()).isEqualTo(id);
    }

    @EachDatabase
    void the_next_process_of_a_node_knows_what_the_one_before_has_left(Database database) {
        submit(database);
        String id = claimOne(database).id();
        ClaimStore next = node(database, "n1");
        ClaimStore other = node(database, "n2");

        assertThat(next.left()).extracting(ClaimStore.Orphan::id).containsExactly(id);
        assertThat(other.left())
                .as("a name that changed, as after a restore, in a database of one process")
                .hasSize(database.isShared() ? 0 : 1);
        assertThat(other.expired()).isEmpty();
    }

    @EachDatabase
    void an_expired_lease_is_seen_by_other_nodes_where_there_are_any_until_it_is_renewed(Database database) {
        submit(database);
        ClaimStore owner = node(database, "n1");
        String id = owner.claim(List.of(offer(1))).get(0).id();
        ClaimStore other = node(database, "n2");
        assertThat(other.expired()).isEmpty();

        past(database, id, "lease_until");
        assertThat(other.expired()).hasSize(database.isShared() ? 1 : 0);
        assertThat(owner.expired()).isEmpty();
        owner.renew();
        assertThat(other.expired()).isEmpty();
        assertThat(owner.held()).extracting(ClaimStore.Held::id).containsExactly(id);
    }

    @EachDatabase
    void bytes_are_deleted_before_the_record(Database database) {
        JobSettings brief =
                new JobSettings(4, 3, 10, 10, 1 << 20, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO);
        JobStore store = new JobStore(database, brief);
        String id = submit(database);
        store.succeed(claimOne(database).claimed(), new byte[] {'1'}, Progress.NONE);
        SweepStore sweeps = new SweepStore(database);
        assertThat(sweeps.purgeContents()).isZero();

        past(database, id, "expires_at");
        assertThat(sweeps.purgeContents()).isEqualTo(2);
        assertThat(store.content(id, "result")).isEmpty();
        assertThat(store.find(id).orElseThrow().expiresAt()).isNull();
        assertThat(sweeps.purgeRecords()).isZero();
        past(database, id, "delete_at");
        assertThat(sweeps.purgeRecords()).isOne();
        assertThat(store.find(id)).isEmpty();
    }

    private static void past(Database database, String id, String column) {
        database.jdbi().useHandle(handle -> handle.createUpdate(
                        "update job set " + column + " = current_timestamp - interval '1' second where id = :id")
                .bind("id", id)
                .execute());
    }

    @EachDatabase
    void jobs_of_a_platform_that_stays_away_are_abandoned(Database database) {
        String id = submit(database);
        SweepStore sweeps = new SweepStore(database);
        sweeps.absent("billing");
        sweeps.absent("billing");

        assertThat(sweeps.queuedPlatforms()).containsExactly("billing");
        assertThat(sweeps.abandoned("billing", Duration.ofHours(24))).isEmpty();
        assertThat(sweeps.abandoned("billing", Duration.ZERO)).containsExactly(id);
        assertThat(store(database).abandon(id, FAILURE)).isTrue();
        assertThat(state(database, id)).isEqualTo(JobState.FAILED);
        sweeps.present("billing");
        assertThat(sweeps.absences()).isEmpty();
    }

    @EachDatabase
    void jobs_are_listed_by_what_is_asked_the_newest_first(Database database) {
        JobStore store = store(database);
        List<String> ids = new ArrayList<>();
        for (String id : List.of("01", "02", "03")) {
            ids.add(database.change(transaction -> store.enqueue(transaction, id, job("ada", Submission.options()))));
        }
        submit(database, "bob", Submission.options());

        assertThat(store.list(Map.of("principal", "ada"), List.of(JobState.values()), "", 2))
                .extracting(StoredJob::id)
                .containsExactly("03", "02");
        assertThat(store.list(Map.of("principal", "ada"), List.of(JobState.QUEUED), "02", 2))
                .extracting(StoredJob::id)
                .containsExactly("01");
    }
}
