package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.jobs.Job;
import dev.busbar.plugin.jobs.JobStatus.State;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Submission;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TestJobsTest {
    private final Counter counter = new Counter();
    private PlatformHarness harness;

    /** A request to count. */
    public record Count(int to, String mode) {}

    /** Counts, with a checkpoint for each number. */
    static final class Counter implements Platform {
        final List<Integer> counted = new ArrayList<>();
        final JobType<Count> type = JobType.of("count", Count.class, this::count)
                .access(Access.WRITE)
                .retries(2)
                .schema(1);
        PlatformContext context;

        @Override
        public void start(PlatformContext lent) {
            context = lent;
        }

        @Override
        public List<JobType<?>> jobs() {
            return List.of(type);
        }

        private Object count(Job<Count> job) throws IOException {
            if (job.request().mode().equals("fails")) {
                throw new IOException("attempt " + job.attempt());
            }
            if (job.request().mode().equals("invalid")) {
                throw ProblemException.conflict("nothing to count");
            }
            int next = job.restored().map(saved -> saved.as(Integer.class)).orElse(1);
            for (int n = next; n <= job.request().to(); n++) {
                counted.add(n);
                job.progress(n, job.request().to(), "number " + n);
                job.checkpoint(n + 1);
            }
            return counted.size();
        }
    }

    @BeforeEach
    void start() throws Exception {
        harness = PlatformHarness.start(counter);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void a_job_waits_until_it_is_run() throws Exception {
        String id = harness.jobs().submit("count", new Count(3, ""));
        assertThat(harness.jobs().status(id).state()).isEqualTo(State.QUEUED);

        harness.jobs().run();

        assertThat(harness.jobs().result(id, Integer.class)).isEqualTo(3);
        assertThat(harness.jobs().status(id).state()).isEqualTo(State.SUCCEEDED);
        assertThat(harness.jobs().status(id).message()).isEqualTo("number 3");
    }

    @Test
    void a_run_ends_at_the_checkpoint_it_is_asked_for_and_the_next_continues_there() throws Exception {
        String id = harness.jobs().submit("count", new Count(3, ""));

        harness.jobs().runToCheckpoint();
        assertThat(counter.counted).containsExactly(1);
        assertThat(harness.jobs().status(id).state()).isEqualTo(State.QUEUED);
        harness.jobs().run();

        assertThat(counter.counted).containsExactly(1, 2, 3);
    }

    @Test
    void attempts_end_with_the_retries_and_a_final_problem_is_not_tried_again() throws Exception {
        String fails = harness.jobs().submit("count", new Count(1, "fails"));
        String invalid = harness.jobs().submit("count", new Count(1, "invalid"));

        harness.jobs().run();

        assertThat(harness.jobs().status(fails).state()).isEqualTo(State.FAILED);
        assertThat(harness.jobs().failure(fails)).get().hasToString("java.io.IOException: attempt 3");
        assertThat(harness.jobs().failure(invalid)).get().isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> harness.jobs().result(invalid, Integer.class)).hasMessageContaining("FAILED");
    }

    @Test
    void a_unique_key_a_time_and_a_cancellation_count_as_in_the_host() throws Exception {
        Submission later =
                Submission.options().uniqueKey("one").after(harness.time().now().plusSeconds(60));
        String id = counter.context.jobs().submit(counter.type, new Count(1, ""), later);

        assertThat(counter.context.jobs().submit(counter.type, new Count(2, ""), later))
                .isEqualTo(id);
        harness.jobs().run();
        assertThat(harness.jobs().status(id).state()).isEqualTo(State.QUEUED);
        harness.time().advance(Duration.ofMinutes(1));
        harness.jobs().run();
        assertThat(harness.jobs().status(id).state()).isEqualTo(State.SUCCEEDED);
        String next = counter.context.jobs().submit(counter.type, new Count(2, ""));
        assertThat(counter.context.jobs().cancel(next)).isTrue();
        assertThat(harness.jobs().status(next).state()).isEqualTo(State.CANCELLED);
        assertThat(counter.context.jobs().cancel(next)).isFalse();
    }

    @Test
    void what_the_host_refuses_is_refused() {
        assertThatThrownBy(() -> harness.jobs().submit("cuont", new Count(1, "")))
                .hasMessage("job type: cuont (expected: one that the platform declares: [count])");
        assertThatThrownBy(() -> harness.jobs().submit("count", "x".repeat(2 << 20)))
                .hasMessageContaining("expected: at most 1048576");
        Platform open = new Platform() {
            @Override
            public List<JobType<?>> jobs() {
                return List.of(JobType.of("count", Count.class, job -> null).access(Access.PUBLIC));
            }
        };
        assertThatThrownBy(() -> PlatformHarness.start(open)).hasMessageContaining("access PUBLIC");
        Platform twice = new Platform() {
            @Override
            public List<JobType<?>> jobs() {
                return List.of(counter.type, counter.type);
            }
        };
        assertThatThrownBy(() -> PlatformHarness.start(twice)).hasMessageContaining("\"count\" twice");
    }
}
