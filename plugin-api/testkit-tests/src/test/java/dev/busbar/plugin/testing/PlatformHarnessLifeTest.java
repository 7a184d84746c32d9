package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PlatformHarnessLifeTest {
    /** What a bill is made of. */
    record Bill(String owner, int amount) {
        Bill {
            if (amount < 0) {
                throw new IllegalArgumentException("a bill is not negative");
            }
        }
    }

    private static Platform serving(Route... routes) {
        return new Platform() {
            @Override
            public List<Route> routes() {
                return List.of(routes);
            }
        };
    }

    private static TestResult call(Route route, java.util.function.Function<PlatformHarness, TestCall> call)
            throws Exception {
        try (PlatformHarness harness = PlatformHarness.start(serving(route))) {
            return call.apply(harness).call();
        }
    }

    @Test
    void time_stands_still_until_the_test_moves_it() throws Exception {
        List<String> ran = new ArrayList<>();
        AtomicReference<PlatformContext> lent = new AtomicReference<>();
        Platform platform = new Platform() {
            @Override
            public void start(PlatformContext context) {
                lent.set(context);
                context.scheduler()
                        .every(
                                Duration.ofMinutes(2),
                                () -> ran.add("every " + context.clock().instant()));
                context.scheduler().after(Duration.ofMinutes(3), () -> ran.add("after"));
                context.scheduler()
                        .after(Duration.ofMinutes(1), () -> ran.add("never"))
                        .cancel();
            }
        };

        try (PlatformHarness harness = PlatformHarness.start(platform)) {
            Instant begin = harness.time().now();
            assertThat(lent.get().clock().instant()).isEqualTo(begin);
            assertThat(lent.get().clock().withZone(ZoneId.of("Europe/Berlin")).getZone())
                    .isEqualTo(ZoneId.of("Europe/Berlin"));
            harness.time().advance(Duration.ofMinutes(4));

            assertThat(ran)
                    .containsExactly(
                            "every " + begin.plus(Duration.ofMinutes(2)),
                            "after",
                            "every " + begin.plus(Duration.ofMinutes(4)));
            assertThat(harness.time().scheduled()).isEqualTo(1);
            harness.time().set(Instant.parse("2030-01-01T00:00:00Z"));
            harness.time().advance(Duration.ofMinutes(1));
            assertThat(ran).as("a corrected clock runs nothing").hasSize(3);
            assertThatThrownBy(() -> lent.get().scheduler().every(Duration.ofMillis(1), () -> {}))
                    .hasMessageContaining("PT0.01S");
        }
    }

    @Test
    void a_scheduled_task_that_throws_fails_the_test() throws Exception {
        Platform platform = new Platform() {
            @Override
            public void start(PlatformContext context) {
                context.scheduler().after(Duration.ofSeconds(1), () -> {
                    throw new IllegalStateException("task");
                });
            }
        };

        try (PlatformHarness harness = PlatformHarness.start(platform)) {
            assertThatThrownBy(() -> harness.time().advance(Duration.ofSeconds(1)))
                    .hasMessage("task");
        }
    }

    @Test
    void what_is_lent_works_until_close_and_throws_after_it() throws Exception {
        AtomicReference<PlatformContext> lent = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        Platform platform = new Platform() {
            @Override
            public void start(PlatformContext context) throws IOException {
                lent.set(context);
                Files.writeString(context.scratch().resolve("notes"), "x");
                context.executor().execute(ran::countDown);
                context.executor().execute(() -> {
                    throw new IllegalStateException("logged only");
                });
            }
        };
        PlatformHarness harness = PlatformHarness.start(platform);
        Path scratch = lent.get().scratch();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lent.get().id()).isNotNull();
        assertThat(lent.get().version()).isEqualTo("0.0.0-test");
        assertThat(lent.get().generation()).isEqualTo(1);
        assertThat(lent.get().logger()).isNotNull();
        harness.close();

        assertThat(scratch).doesNotExist();
        assertThatThrownBy(() -> lent.get().clock()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void health_checks_are_asked_and_a_probe_that_throws_fails() throws Exception {
        AtomicBoolean gone = new AtomicBoolean();
        Platform platform = checked(HealthCheck.of("store", HealthCheck.Health::pass), HealthCheck.of("queue", () -> {
            if (gone.get()) {
                throw new IOException("gone");
            }
            return HealthCheck.Health.warn("slow");
        }));

        try (PlatformHarness harness = PlatformHarness.start(platform)) {
            gone.set(true);

            assertThat(harness.health().get("store").status()).isEqualTo(HealthCheck.Health.Status.PASS);
            assertThat(harness.health().get("queue").status()).isEqualTo(HealthCheck.Health.Status.FAIL);
        }
    }

    private static Platform checked(HealthCheck... checks) {
        return new Platform() {
            @Override
            public List<HealthCheck> healthChecks() {
                return List.of(checks);
            }
        };
    }

    @Test
    void a_platform_whose_health_check_fails_at_start_is_refused_and_closed() {
        AtomicInteger asked = new AtomicInteger();
        Platform third = checked(HealthCheck.of(
                "store",
                () -> asked.incrementAndGet() < 3 ? HealthCheck.Health.pass() : HealthCheck.Health.fail("full")));
        Platform throwing = checked(HealthCheck.of("store", () -> {
            throw new IOException("gone");
        }));

        assertThatThrownBy(() -> PlatformHarness.start(third))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("its health check \"store\" failed: full");
        assertThatThrownBy(() -> PlatformHarness.start(throwing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("its health check \"store\" threw java.io.IOException: gone");
    }

    @Test
    void a_thread_that_is_left_behind_fails_the_test() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Platform platform = new Platform() {
            @Override
            public void start(PlatformContext context) {
                new Thread(
                                () -> {
                                    while (end.getCount() > 0) {
                                        try {
                                            end.await();
                                        } catch (InterruptedException e) {
                                            continue;
                                        }
                                    }
                                },
                                "left-behind")
                        .start();
            }
        };
        PlatformHarness harness = PlatformHarness.start(platform);

        Throwable failure = catchThrowable(harness::close);
        end.countDown();

        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("leaves threads behind")
                .hasMessageContaining("left-behind");
        harness.close();
        assertThatThrownBy(() -> harness.get("/")).hasMessageContaining("closed");
    }

    @Test
    void a_platform_that_fails_to_start_is_closed_and_tells_why() {
        AtomicInteger closed = new AtomicInteger();
        Platform platform = new Platform() {
            @Override
            public void start(PlatformContext context) throws IOException {
                throw new IOException("no database");
            }

            @Override
            public void close() throws IOException {
                closed.incrementAndGet();
                throw new IOException("nor anything to close");
            }
        };

        assertThatThrownBy(() -> PlatformHarness.start(platform))
                .isInstanceOf(IOException.class)
                .hasMessage("no database");
        assertThat(closed).hasValue(1);
    }

    @Test
    void a_close_that_throws_fails_the_test() throws Exception {
        Platform platform = new Platform() {
            @Override
            public void close() throws IOException {
                throw new IOException("disk");
            }
        };
        PlatformHarness harness = PlatformHarness.start(platform);

        assertThatThrownBy(harness::close).isInstanceOf(AssertionError.class).hasRootCauseMessage("disk");
    }
}
