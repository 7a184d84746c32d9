package dev.busbar.host.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.BoundedPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
final class DoorTest {
    private final Generation generation = new Generation(new Owner.Platform("billing", 1), "1.0.0");
    private final ConcurrentLinkedQueue<String> counted = new ConcurrentLinkedQueue<>();
    private final Doors doors = new Doors(new Counted(), () -> "made-here");
    private final Door door = doors.door(generation);
    private final BoundedPool pool = new BoundedPool("busbar-test", 1, 10);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThreads() {
        pool.close();
        thread.shutdownNow();
    }

    /** Writes down what is counted. */
    private final class Counted implements Meters {
        @Override
        public Count count(String name, String help, String... labels) {
            return () -> counted.add(name + " " + String.join(" ", labels));
        }

        @Override
        public Timer timer(String name, String help, String... labels) {
            return nanos -> {};
        }

        @Override
        public void gauge(String name, String help, java.util.function.DoubleSupplier value, String... labels) {}
    }

    /** The gate may be closed by force at any time; here after the entry has passed it, and before it is listed. */
    @Test
    void an_entry_that_has_just_passed_a_gate_that_is_closed_by_force_is_interrupted() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Told entry = new Told(Entry.Pass.WITHOUT_LEASE, () -> interrupted.set(Thread.interrupted()));
        assertThat(generation.enter()).isTrue();
        generation.forceClose();
        door.interruptAll();

        thread.submit(() -> {
                    Visit visit = door.visit(entry);
                    assertThat(visit.begin()).isTrue();
                    door.inside(visit, entry);
                })
                .get();

        assertThat(interrupted).isTrue();
        assertThat(generation.inside()).isZero();
    }

    private interface Code {
        void run() throws Exception;
    }

    /** An entry that remembers what became of it. */
    private class Told implements Entry {
        private final Pass pass;
        private final Code code;
        private final List<String> told = new ArrayList<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private Acting acting = doors.alone();

        Told(Pass pass, Code code) {
            this.pass = pass;
            this.code = code;
        }

        Told as(Acting value) {
            acting = value;
            return this;
        }

        @Override
        public Kind kind() {
            return Kind.TASK;
        }

        @Override
        public String label() {
            return "the test";
        }

        @Override
        public Acting acting() {
            return acting;
        }

        @Override
        public Pass pass() {
            return pass;
        }

        @Override
        public void run() throws Exception {
            told.add("run");
            code.run();
        }

        @Override
        public void failed(Throwable failure) {
            told.add("failed " + failure + " inside " + generation.inside());
        }

        @Override
        public void refused() {
            told.add("refused");
        }

        @Override
        public void left() {
            told.add("left");
            over.countDown();
        }
    }

    private Told task(Code code) {
        return new Told(Entry.Pass.TAKES_LEASE, code);
    }

    @Test
    void an_entry_holds_a_lease_while_it_is_inside() {
        Told entry = task(() -> {
            assertThat(generation.leases()).isEqualTo(1);
            assertThat(generation.inside()).isEqualTo(1);
        });

        door.enter(entry);

        assertThat(entry.told).containsExactly("run", "left");
        assertThat(generation.leases()).isZero();
        assertThat(generation.inside()).isZero();
        assertThat(counted).containsExactly("busbar.entries platform billing kind task outcome returned");
    }

    @Test
    void whatever_the_code_throws_ends_one_entry_and_is_told_inside() {
        Told entry = task(() -> {
            throw new AssertionError("no");
        });

        door.enter(entry);

        assertThat(entry.told).containsExactly("run", "failed java.lang.AssertionError: no inside 1", "left");
        assertThat(generation.leases()).isZero();
        assertThat(counted).containsExactly("busbar.entries platform billing kind task outcome threw");
    }

    @Test
    void an_exception_that_throws_when_it_is_asked_what_it_is_stays_at_the_border() {
        Told entry = task(() -> {
            throw new IllegalStateException() {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                    throw new IllegalStateException("again");
                }
            };
        });

        door.enter(entry);

        assertThat(entry.told).containsExactly("run", "left");
    }

    @Test
    void an_entry_that_waits_in_the_queue_when_draining_begins_is_not_run() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Told first = task(() -> {
            inside.countDown();
            go.await();
        });
        Told waiting = task(() -> {});
        assertThat(door.offer(pool, first)).isTrue();
        inside.await();
        assertThat(door.offer(pool, waiting)).isTrue();

        generation.drain();
        go.countDown();

        assertThat(waiting.over.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.told).containsExactly("refused", "left");
        assertThat(first.told).containsExactly("run", "left");
        assertThat(generation.isClosed()).isTrue();
        assertThat(generation.leases()).isZero();
        assertThat(counted).contains("busbar.entries platform billing kind task outcome refused");
    }

    @Test
    void an_entry_with_a_lease_does_not_enter_behind_a_forced_close_and_close_does() {
        Told request = new Told(Entry.Pass.WITH_LEASE, () -> {});
        Told close = new Told(
                Entry.Pass.AFTER_CLOSE, () -> assertThat(generation.inside()).isEqualTo(1));
        assertThat(generation.tryAcquire()).isTrue();

        generation.forceClose();
        door.enter(request);
        door.enter(close);

        assertThat(request.told).containsExactly("refused", "left");
        assertThat(close.told).containsExactly("run", "left");
        assertThat(generation.inside()).isZero();
    }

    @Test
    void an_interrupt_for_one_entry_does_not_hit_the_next_one_on_its_thread() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Told first = task(() -> {
            inside.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait(); // does not clear the flag
            }
        });
        AtomicBoolean hit = new AtomicBoolean();
        Told second = task(() -> hit.set(Thread.currentThread().isInterrupted()));
        assertThat(door.offer(pool, first)).isTrue();
        assertThat(door.offer(pool, second)).isTrue();
        inside.await();

        door.interruptAll();

        assertThat(second.over.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(hit).isFalse();
    }

    @Test
    void an_interrupt_that_comes_once_an_entry_has_left_hits_nobody() throws Exception {
        AtomicReference<Thread> entered = new AtomicReference<>();
        CountDownLatch leaving = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Told entry = new Told(Entry.Pass.TAKES_LEASE, () -> entered.set(Thread.currentThread())) {
            @Override
            public void left() {
                leaving.countDown();
                awaitUninterrupted(go);
                super.left();
            }
        };
        var running = thread.submit(() -> door.enter(entry));
        leaving.await();

        door.interruptAll();

        assertThat(entered.get().isInterrupted()).isFalse();
        go.countDown();
        running.get();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted outside of the code", e);
        }
    }

    @Test
    void what_is_inside_is_shown_with_its_stack_until_it_leaves() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Told entry = task(go::await).as(Acting.alone("order-1"));
        assertThat(door.offer(pool, entry)).isTrue();

        await().until(() -> !door.running().isEmpty());

        assertThat(door.running()).singleElement().satisfies(shown -> {
            assertThat(shown.kind()).isEqualTo("task");
            assertThat(shown.label()).isEqualTo("the test");
            assertThat(shown.correlationId()).isEqualTo("order-1");
            assertThat(shown.overdueMillis()).isEqualTo(Optional.empty());
        });
        await().untilAsserted(() ->
                assertThat(door.running().get(0).stack()).anyMatch(frame -> frame.contains("CountDownLatch.await")));
        go.countDown();
        await().untilAsserted(() -> assertThat(door.running()).isEmpty());
    }

    @Test
    void the_code_runs_with_its_acting_log_context_and_class_loader_and_leaves_none_behind() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader own = new ClassLoader() {};
        door.loader(own);
        List<String> seen = new ArrayList<>();
        Told inner = task(() -> seen.add(MDC.get("correlationId"))).as(Acting.alone("inner"));
        Told outer = task(() -> {
                    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(own);
                    door.enter(inner);
                    seen.add(MDC.get("correlationId"));
                    seen.add(Acting.current().orElseThrow().correlationId());
                    MDC.put("left", "behind");
                })
                .as(Acting.alone("outer"));

        door.enter(outer);

        assertThat(seen).containsExactly("inner", "outer", "outer");
        assertThat(Acting.current()).isEmpty();
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
}
