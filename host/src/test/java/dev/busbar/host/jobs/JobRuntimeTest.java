package dev.busbar.host.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.core.ProblemType;
import dev.busbar.host.jobs.HostJobType.HostJob;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.Fence;
import dev.busbar.host.testing.Callers;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.jobs.Submission;
import java.nio.charset.StandardCharsets;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that run jobs of the host itself, on one database. */
@Tag("race")
final class JobRuntimeTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration BEAT = Duration.ofMillis(50);

    private final List<JobRuntime> nodes = new ArrayList<>();
    private final Semaphore steps = new Semaphore(0);
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        steps.release(1_000);
        nodes.forEach(node -> {
            node.drain(Duration.ZERO);
            node.close();
        });
    }

    private static JobQueue queue(Database database) {
        return new JobQueue(
                database, JobSettings.DEFAULTS, () -> UUID.randomUUID().toString());
    }

    private JobRuntime node(Database database, JobQueue queue, String name, HostJobType.Body body) {
        return node(database, queue, name, body, submitter -> Optional.of(Callers.ANNA));
    }

    private JobRuntime node(
            Database database, JobQueue queue, String name, HostJobType.Body body, Submitter.Lookup submitters) {
        return node(database, queue, name, submitters, new HostJobType("steps", 1, LIMIT, body));
    }

    private JobRuntime node(
            Database database, JobQueue queue, String name, Submitter.Lookup submitters, HostJobType type) {
        JobRuntime node = new JobRuntime(
                database,
                queue,
                new JobRuntime.Parts(name, JobSettings.DEFAULTS, submitters, platform -> true, Meters.NONE),
                BEAT);
        nodes.add(node);
        node.register(type);
        node.start();
        return node;
    }

    /** Takes three steps, each with a permit and a checkpoint. */
    private HostJobType.Body stepping(String name) {
        return job -> {
            int done = job.restored()
                    .map(saved -> Integer.parseInt(new String(saved, StandardCharsets.UTF_8)))
                    .orElse(0);
            while (done < 3) {
                steps.acquire();
                done++;
                seen.add(name + done);
                job.progress(done, 3, "");
                job.checkpoint(Integer.toString(done).getBytes(StandardCharsets.UTF_8));
            }
            return ("\"" + name + "\"").getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String submit(JobQueue queue) {
        return queue.enqueue(job());
    }

    private static NewJob job() {
        Caller caller = Callers.ANNA;
        return new NewJob(
                HostJobType.PLATFORM,
                "steps",
                Submitter.of(caller),
                "{}".getBytes(StandardCharsets.UTF_8),
                Submission.options(),
                "corr-0001");
    }

    private static void awaitState(JobQueue queue, String id, JobState state) {
        await().pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> assertThat(queue.find(id).orElseThrow().state()).isEqualTo(state));
    }

    @EachDatabase
    void a_job_that_belongs_to_another_node_by_now_is_left_to_that_one(Database database) {
        JobQueue queue = queue(database);
        Semaphore late = new Semaphore(0);
        CountDownLatch refused = new CountDownLatch(1);
        node(database, queue, "a", job -> {
            job.checkpoint("1".getBytes(StandardCharsets.UTF_8));
            seen.add("a1");
            late.acquireUninterruptibly(); // its thread is busy all the while, so that this node claims nothing
            try {
                job.checkpoint("9".getBytes(StandardCharsets.UTF_8));
            } catch (Error ended) {
                refused.countDown();
                throw ended;
            }
            return "\"a\"".getBytes(StandardCharsets.UTF_8);
        });
        String id = submit(queue);
        await().untilAsserted(() -> assertThat(seen).containsExactly("a1"));

        // As after a pause of the first node that was longer than its lease.
        database.jdbi().useHandle(handle -> handle.createUpdate("update job set token = token + 1, owner = 'somebody',"
                        + " node = 'b', lease_until = current_timestamp + interval '1' hour where id = :id")
                .bind("id", id)
                .execute());
        node(database, queue, "b", stepping("b"));
        steps.release(2);
        awaitState(queue, id, JobState.SUCCEEDED);
        late.release();
        await().until(() -> refused.await(50, TimeUnit.MILLISECONDS));

        assertThat(seen).containsExactly("a1", "b2", "b3");
        assertThat(queue.result(id)).contains("\"b\"".getBytes(StandardCharsets.UTF_8));
    }

    /** A job of a process that has ended. */
    private static String orphan(Database database, JobQueue queue, int leaseSeconds) {
        return database.change(transaction -> {
            String id = queue.enqueue(transaction, job());
            int unused = transaction
                    .handle()
                    .createUpdate("update job set state = 'running', token = 1, owner = 'gone', node = 'gone',"
                            + " started_at = current_timestamp,"
                            + " lease_until = current_timestamp + interval '" + leaseSeconds
                            + "' second where id = :id")
                    .bind("id", id)
                    .execute();
            return id;
        });
    }

    private static Instant leaseUntil(Database database, String id) {
        return database.jdbi().withHandle(handle -> handle.createQuery("select lease_until from job where id = :id")
                .bind("id", id)
                .mapTo(Instant.class)
                .one());
    }

    @Test
    void a_transaction_that_hangs_holds_up_neither_leases_nor_the_recovery_of_other_jobs() {
        try (Database database = Databases.open(Databases.postgresql())) {
            JobQueue queue = queue(database);
            node(database, queue, "a", stepping("a"));
            String own = submit(queue);
            awaitState(queue, own, JobState.RUNNING);
            String held = orphan(database, queue, 1);

            boolean unused = database.change(transaction -> {
                String locked = transaction
                        .handle()
                        .createQuery("select id from job where id = :id for update")
                        .bind("id", held)
                        .mapTo(String.class)
                        .one();
                await().until(() -> leaseUntil(database, locked).isBefore(Instant.now()));
                // On a thread of its own, since one of this thread would belong to its transaction.
                String other = CompletableFuture.supplyAsync(() -> orphan(database, queue, 0))
                        .join();
                await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(
                                queue.find(other).orElseThrow().state())
                        .isEqualTo(JobState.QUEUED));
                Instant lease = leaseUntil(database, own);
                await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(leaseUntil(database, own))
                        .isAfter(lease));
                assertThat(queue.find(locked).orElseThrow().state()).isEqualTo(JobState.RUNNING);
                return true;
            });

            awaitState(queue, held, JobState.QUEUED);
            assertThat(queue.find(own).orElseThrow().state()).isEqualTo(JobState.RUNNING);
            stop();
            nodes.clear();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @EachDatabase
    void a_job_whose_start_takes_long_is_run_once(Database database) {
        JobQueue queue = queue(database);
        AtomicInteger lookups = new AtomicInteger();
        CountDownLatch found = new CountDownLatch(1);
        Submitter.Lookup submitters = submitter -> {
            if (lookups.incrementAndGet() == 2) {
                awaitUninterruptibly(found);
            }
            return Optional.of(Callers.ANNA);
        };
        HostJobType.Body body = job -> {
            seen.add(job.id());
            for (int done = 1; done <= 5; done++) {
                steps.acquire();
                job.progress(done, 5, "");
            }
            return null;
        };
        node(database, queue, "a", submitters, new HostJobType("steps", 2, LIMIT, body));
        String first = submit(queue);
        awaitState(queue, first, JobState.RUNNING);
        String slow = submit(queue);
        awaitState(queue, slow, JobState.RUNNING);

        // Progress is stored by the same work that looks for claims without a run.
        for (int done = 1; done <= 4; done++) {
            int expected = done;
            steps.release();
            await().untilAsserted(() ->
                    assertThat(queue.find(first).orElseThrow().done()).isEqualTo(expected));
        }
        assertThat(queue.find(slow).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        found.countDown();
        steps.release(100);
        awaitState(queue, slow, JobState.SUCCEEDED);

        assertThat(seen).containsExactly(first, slow);
    }

    @EachDatabase
    void an_outage_of_the_store_of_the_host_counts_as_no_attempt(Database database) {
        JobQueue queue = queue(database);
        node(database, queue, "a", job -> {
            ProblemException problem = ProblemType.TEMPORARILY_UNAVAILABLE.problem("Try again.");
            if (seen.isEmpty()) {
                Fence.current().unavailable(problem);
            }
            seen.add("run");
            throw new IllegalStateException(problem);
        });

        String id = submit(queue);
        awaitState(queue, id, JobState.DELAYED);
        assertThat(queue.find(id).orElseThrow().attempt()).isOne();

        database.jdbi().useHandle(handle -> handle.execute("update job set run_at = current_timestamp"));
        await().untilAsserted(
                        () -> assertThat(queue.find(id).orElseThrow().attempt()).isGreaterThan(1));
        queue.cancel(id);
    }

    @EachDatabase
    void a_job_is_cancelled_while_it_runs(Database database) {
        JobQueue queue = queue(database);
        node(database, queue, "a", stepping("a"));
        String id = submit(queue);
        awaitState(queue, id, JobState.RUNNING);

        assertThat(queue.cancel(id)).isTrue();

        awaitState(queue, id, JobState.CANCELLED);
        assertThat(seen).isEmpty();
        assertThat(queue.cancel(id)).isFalse();
    }

    @EachDatabase
    void a_job_whose_submitter_is_gone_fails_before_it_starts(Database database) {
        JobQueue queue = queue(database);
        node(database, queue, "a", stepping("a"), submitter -> Optional.empty());

        String id = submit(queue);

        awaitState(queue, id, JobState.FAILED);
        assertThat(queue.find(id).orElseThrow().problem()).contains("\"status\":403");
        assertThat(seen).isEmpty();
    }

    /** A failure that fails again when it is asked what it is. */
    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    @EachDatabase
    void failures_of_every_kind_count_as_attempts_those_of_other_databases_too(Database database) {
        for (RuntimeException failure : List.of(
                new IllegalStateException(new SQLTransientConnectionException("their database is down")),
                new Hostile())) {
            JobQueue queue = queue(database);
            JobRuntime node = node(database, queue, "a", job -> {
                throw failure;
            });

            String id = submit(queue);

            await().untilAsserted(() ->
                    assertThat(queue.find(id).orElseThrow().attempt()).isGreaterThan(1));
            assertThat(queue.find(id).orElseThrow().problem()).contains("platform-failed");
            queue.cancel(id);
            node.drain(Duration.ZERO);
            node.close();
        }
        nodes.clear();
    }

    @EachDatabase
    void a_drained_node_leaves_its_job_at_a_checkpoint_for_the_next(Database database) {
        JobQueue queue = queue(database);
        JobRuntime first = node(database, queue, "a", stepping("a"));
        String id = submit(queue);
        steps.release();
        await().untilAsserted(() -> assertThat(seen).containsExactly("a1"));
        CountDownLatch drained = new CountDownLatch(1);
        Thread drain = new Thread(() -> {
            first.drain(LIMIT);
            drained.countDown();
        });
        drain.start();

        await().until(() -> {
            steps.release();
            return drained.await(50, TimeUnit.MILLISECONDS);
        });
        awaitState(queue, id, JobState.QUEUED);
        node(database, queue, "b", stepping("b"));
        steps.release(3);
        awaitState(queue, id, JobState.SUCCEEDED);

        assertThat(seen.stream().map(step -> step.substring(1))).containsExactly("1", "2", "3");
        assertThat(queue.result(id)).contains("\"b\"".getBytes(StandardCharsets.UTF_8));
    }

    @EachDatabase
    void the_end_of_a_job_is_heard_in_its_transaction(Database database) {
        JobQueue queue = queue(database);
        queue.onEnded((transaction, job) -> seen.add(job.type() + " " + job.state()));
        node(database, queue, "a", (HostJob job) -> null);

        String id = submit(queue);

        awaitState(queue, id, JobState.SUCCEEDED);
        assertThat(seen).containsExactly("steps SUCCEEDED");
        assertThat(queue.result(id)).isEmpty();
    }
}
