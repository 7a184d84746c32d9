package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.TypeRef;
import dev.busbar.plugin.jobs.Job;
import dev.busbar.plugin.jobs.JobType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs jobs of many steps, with a checkpoint after each, and leaves a line for each step that it begins. */
public final class StepsPlatform implements Platform {
    private static final TypeRef<List<Integer>> NUMBERS = new TypeRef<>() {};

    /**
     * The request of a job.
     *
     * @param count the number of steps
     * @param pauseMillis the duration of a step
     * @param lines the file for the lines
     */
    public record Steps(int count, int pauseMillis, String lines) {}

    @Override
    public List<JobType<?>> jobs() {
        return List.of(JobType.of("steps", Steps.class, StepsPlatform::run)
                .access(Access.WRITE)
                .retries(5)
                .limit(Duration.ofMinutes(30))
                .concurrency(1_000)
                .schema(1));
    }

    private static Object run(Job<Steps> job) throws IOException, InterruptedException {
        Steps steps = job.request();
        List<Integer> done =
                new ArrayList<>(job.restored().map(saved -> saved.as(NUMBERS)).orElse(List.of()));
        CountDownLatch never = new CountDownLatch(1);
        for (int step = done.size() + 1; step <= steps.count(); step++) {
            Files.writeString(
                    Path.of(steps.lines()),
                    job.id() + " " + step + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            boolean unused = never.await(steps.pauseMillis(), TimeUnit.MILLISECONDS);
            done.add(step);
            job.progress(step, steps.count(), "step " + step);
            job.checkpoint(done);
        }
        return done;
    }
}
