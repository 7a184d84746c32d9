package dev.busbar.host.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.zafarkhaja.semver.Version;
import dev.busbar.core.configuration.ConfigurationReferences;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.bodies.BodySettings;
import dev.busbar.host.contract.RouteDeadlines;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.GenerationLoader;
import dev.busbar.host.isolation.Terms;
import dev.busbar.host.leaks.LeakPatrol;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.state.PlatformState;
import dev.busbar.host.state.States;
import dev.busbar.host.testing.ManualClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drain limit of a generation that is replaced, and what may continue past it. */
final class RetirementTest {
    /** Runs what is repeated when the test says so. */
    private static final class HandTimer extends ScheduledThreadPoolExecutor {
        private final Queue<Runnable> repeated = new ConcurrentLinkedQueue<>();

        HandTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            repeated.add(task);
            return schedule(() -> {}, 1, TimeUnit.HOURS);
        }

        void drainLimitIsOver() {
            repeated.forEach(Runnable::run);
        }
    }

    @TempDir
    private Path scratch;

    private final HandTimer timer = new HandTimer();

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    /** Retires a generation with a streaming response under way. */
    private Generation retireStreaming(Retirement.Streams streams, Duration streamLimit) {
        Retirement retirement =
                new Retirement(Runnable::run, new LeakPatrol(timer, leak -> {}), timer, Clock.systemUTC(), streamLimit);
        LiveGeneration generation = generation();
        retirement.began(generation);
        assertThat(generation.gate().tryAcquire()).isTrue();
        generation.gate().beginStream();
        retirement.retire(generation, streams);
        assertThat(generation.gate().isDraining()).isTrue();
        return generation.gate();
    }

    private LiveGeneration generation() {
        Artifact artifact = new Artifact(
                scratch.resolve("billing.jar"),
                "0".repeat(64),
                "billing",
                Version.parse("1.0.0"),
                new Artifact.About("", "", ""),
                Terms.NONE,
                "testplugin.TestPlatform",
                new Artifact.Classes(List.of(), Set.of(), List.of()));
        Duration second = Duration.ofSeconds(1);
        GenerationSettings settings = new GenerationSettings(
                scratch, second, second, Duration.ZERO, second, second, new GenerationSettings.Bulkhead(1, 1, 1));
        ManualClock clock = new ManualClock();
        Connections connections = new Connections(
                new RouteCompiler(
                        List.of(),
                        new RouteCompiler.Means(
                                clock.deadlines(),
                                new Bodies(BodySettings.DEFAULTS, clock.lot(), clock.deadlines(), Meters.NONE),
                                second,
                                RouteDeadlines.DECLARED::of)),
                (id, permissions, json) -> {
                    throw new IllegalStateException("it is never started");
                },
                (door, permissions, json, hiding) -> {
                    throw new IllegalStateException("it is never started");
                },
                new NoSchedules(),
                new Doors(Meters.NONE, () -> "of a test"),
                new States() {
                    @Override
                    public PlatformState lend(String platform, Runnable requireLent) {
                        throw new IllegalStateException("it is never started");
                    }

                    @Override
                    public List<String> unreadable(String platform, String sha256) {
                        return List.of();
                    }
                });
        return new LiveGeneration(
                artifact,
                "",
                1,
                new LiveGeneration.Dependencies(
                        settings,
                        new GenerationLoader(),
                        connections,
                        timer,
                        Clock.systemUTC(),
                        new ConfigurationReferences(Map.of(), Optional.empty())));
    }

    @Test
    void a_download_goes_on_past_the_drain_limit_of_a_swap() {
        Generation gate = retireStreaming(Retirement.Streams.AWAITED, Duration.ofHours(1));

        timer.drainLimitIsOver();
        timer.drainLimitIsOver();

        assertThat(gate.isClosed()).isFalse();
        gate.endStream();
        gate.release();
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void a_download_is_cut_at_the_limit_of_streams() {
        Generation gate = retireStreaming(Retirement.Streams.AWAITED, Duration.ZERO);

        timer.drainLimitIsOver();

        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void a_download_is_cut_at_the_drain_limit_when_the_next_generation_waits_for_it() {
        Generation gate = retireStreaming(Retirement.Streams.CUT, Duration.ofHours(1));

        timer.drainLimitIsOver();

        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void a_request_that_does_not_end_is_cut_at_the_drain_limit() {
        Generation gate = retireStreaming(Retirement.Streams.AWAITED, Duration.ofHours(1));
        gate.endStream();

        timer.drainLimitIsOver();

        assertThat(gate.isClosed()).isTrue();
    }

    private static final class NoSchedules implements Connections.ScheduleBoard {
        @Override
        public void check(Connections.DeclaredSchedule schedule) {}

        @Override
        public void replace(String platform, List<String> asked, List<Connections.DeclaredSchedule> schedules) {}
    }
}
