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
import java.util.concurrent.atomic.AtomicInteger;
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

    private LeakPatrol patrol(Runnable collection) {
        return new LeakPatrol(
                timer, new LeakPatrol.Pace(Duration.ZERO, Duration.ZERO), alarms::add, reports::add, collection);
    }

    private LeakWatch watch(ClassLoader loader) {
        LeakWatch watch = new LeakWatch(loader).begin();
        patrol(System::gc).follow(new Generation(new Owner.Platform("billing", 1), "1.0.0"), watch);
        return watch;
    }

    @Test
    void nobody_is_suspected_before_a_collection_has_looked() throws Exception {
        Alien loader = Alien.with("return \"\";");
        LeakWatch watch = new LeakWatch(loader).begin();
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

    @Test
    void a_loader_that_has_survived_one_collection_is_not_called_held() throws Exception {
        Alien loader = Alien.with("return \"\";");
        LeakWatch watch = new LeakWatch(loader).begin();
        AtomicInteger collections = new AtomicInteger();

        await().until(() -> {
            System.gc();
            collections.incrementAndGet();
            return watch.isHeld();
        });

        assertThat(collections).hasValueGreaterThanOrEqualTo(3);
        assertThat(loader.loadClass("testplugin.Leak")).isNotNull();
    }

    @Test
    void collections_are_requested_until_it_is_known_that_a_generation_is_held() throws Exception {
        Alien loader = Alien.with("return \"\";");
        LeakWatch watch = new LeakWatch(loader).begin();
        patrol(System::gc).follow(new Generation(new Owner.Platform("billing", 1), "1.0.0"), watch);

        await("no collection but those of the patrol").until(() -> {
            timer.pass();
            return !reports.isEmpty();
        });

        assertThat(watch.isHeld()).isTrue();
        assertThat(loader.loadClass("testplugin.Leak")).isNotNull();
    }

    @Test
    void whoever_waits_for_a_loader_is_told_when_it_is_collected() throws Exception {
        LeakWatch watch = new LeakWatch(Alien.with("return \"\";")).begin();

        patrol(System::gc).collect(List.of(watch)).get(10, TimeUnit.SECONDS);

        assertThat(watch.isCollected()).isTrue();
    }

    @Test
    void whoever_waits_for_a_loader_that_is_held_is_told_so() throws Exception {
        Alien loader = Alien.with("return \"\";");
        LeakWatch watch = new LeakWatch(loader).begin();

        patrol(System::gc).collect(List.of(watch)).get(10, TimeUnit.SECONDS);

        assertThat(watch.isHeld()).isTrue();
        assertThat(loader.loadClass("testplugin.Leak")).isNotNull();
    }
}
