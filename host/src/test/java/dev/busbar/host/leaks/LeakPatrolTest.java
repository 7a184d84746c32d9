package dev.busbar.host.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeakPatrolTest {
    /** Time that passes when the test says so: what is scheduled waits for it. */
    private static final class HandTimer extends ScheduledThreadPoolExecutor {
        private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();

        HandTimer() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.HOURS);
        }

        void pass() {
            due.remove().run();
        }
    }

    private final HandTimer timer = new HandTimer();
    private final List<String> alarms = new ArrayList<>();
    private final List<LeakReport> reports = new ArrayList<>();

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    private LeakWatch watch(ClassLoader loader) {
        LeakWatch watch = new LeakWatch(loader);
        new LeakPatrol(timer, Duration.ZERO, alarms::add, reports::add)
                .follow(new Generation(new Owner.Platform("billing", 1), "1.0.0"), watch);
        return watch;
    }

    @Test
    void nobody_is_suspected_before_a_collection_has_looked() throws Exception {
        Alien loader = Alien.with("return \"\";");
        LeakWatch watch = new LeakWatch(loader);
        List<String> atOnce = watch.suspects();

        await().until(() -> {
            System.gc();
            return !watch.suspects().isEmpty();
        });

        assertThat(atOnce).isEmpty();
        assertThat(loader.loadClass("testplugin.Leak")).isNotNull();
    }

    @Test
    void who_may_hold_a_generation_is_told_once() throws Exception {
        Alien loader = Alien.with("Thread hook = new Thread(() -> { }, \"farewell\");"
                + " Runtime.getRuntime().addShutdownHook(hook); return hook;");
        Thread hook = (Thread) loader.call();
        LeakWatch watch = watch(loader);
        await().until(() -> {
            System.gc();
            return !watch.suspects().isEmpty();
        });

        timer.pass();
        timer.pass();

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.generation()).hasToString("billing 1.0.0 #1");
            assertThat(report.suspects()).containsExactly("shutdown hook farewell");
        });
        assertThat(alarms)
                .containsExactly("billing 1.0.0 #1: retired, but still in memory; it may be held by"
                        + " shutdown hook farewell");
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    @Test
    void a_generation_that_is_gone_is_not_told_of_nor_looked_after() throws Exception {
        LeakWatch watch = watch(Alien.with("return \"\";"));
        await().until(() -> {
            System.gc();
            return watch.isCollected();
        });

        timer.pass();

        assertThat(alarms).isEmpty();
        assertThat(timer.due).isEmpty();
    }
}
