package dev.busbar.host.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.ChainRig;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests, swaps and timeouts against each other, in whatever order two cores bring about. The shape of each run comes
 * from a seed; the interleaving does not, so a failure names the seed but may need more than one run to come back.
 */
@Timeout(60)
@Tag("race")
final class SwapRaceTest {
    private static final int SWAPS = 150;
    private static final int CLIENTS = 3;

    private final ChainRig rig = new ChainRig().held();
    private final Queue<FakeExchange> sent = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger entries = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** A generation with threads of its own, and a counter of entries into its code. */
    private final class Copy {
        final AtomicInteger entered = new AtomicInteger();
        final ThreadPoolExecutor pool = new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(8));
        final CountDownLatch made = new CountDownLatch(1);
        final Generation gate;
        volatile boolean forced;

        Copy(long number) {
            gate = rig.publish(this::offer, this::handle);
            made.countDown();
        }

        boolean offer(Runnable task) {
            try {
                pool.execute(() -> {
                    awaitMade();
                    task.run();
                    if (Thread.interrupted() && !pool.isShutdown()) {
                        violations.add("an interrupt was left behind");
                    }
                });
                return true;
            } catch (RejectedExecutionException full) {
                return false;
            }
        }

        /** Requests come as soon as it is published, which is before the constructor knows its own gate. */
        private void awaitMade() {
            try {
                made.await();
            } catch (InterruptedException e) {
                violations.add("interrupted outside of a call");
            }
        }

        Response handle(Request request) {
            entries.incrementAndGet();
            entered.incrementAndGet();
            check();
            switch (request.query("do").orElse("")) {
                case "wait" -> waitForInterrupt();
                case "throw" -> throw ProblemException.conflict("on purpose");
                case "interrupt" -> Thread.currentThread().interrupt();
                default -> Thread.yield();
            }
            check();
            return Response.text("done");
        }

        private void waitForInterrupt() {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (!Thread.currentThread().isInterrupted() && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }

        private void check() {
            if (gate.isClosed() && !forced) {
                violations.add("inside a closed " + gate);
            }
        }

        /** Closes it, waits until no thread is inside, and returns how often its code was entered up to then. */
        int retire(boolean byForce) throws Exception {
            if (byForce) {
                forced = true;
                gate.forceClose();
                gate.interruptAll();
            } else {
                gate.drain();
            }
            gate.whenClosed().toCompletableFuture().get(10, TimeUnit.SECONDS);
            while (gate.inside() > 0) {
                Thread.onSpinWait();
            }
            return entered.get();
        }
    }

    @AfterEach
    void endThreads() {
        stop.set(true);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void no_code_is_entered_after_close_however_requests_swaps_and_timeouts_interleave(int round) throws Exception {
        long seed = round == 0 ? System.nanoTime() : round;
        List<Copy> copies = new ArrayList<>(List.of(new Copy(0)));
        List<Integer> counts = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            running.add(threads.submit(client(new Random(seed + i))));
        }
        running.add(threads.submit(() -> {
            while (!stop.get()) {
                rig.tick();
            }
        }));

        Random random = new Random(seed);
        for (int i = 1; i <= SWAPS; i++) {
            int before = sent.size();
            while (sent.size() < before + random.nextInt(20)) {
                Thread.onSpinWait();
            }
            copies.add(new Copy(i));
            counts.add(copies.get(i - 1).retire(random.nextInt(3) == 0));
        }
        stop.set(true);
        for (Future<?> one : running) {
            one.get(20, TimeUnit.SECONDS);
        }
        counts.add(copies.get(SWAPS).retire(false));
        for (Copy copy : copies) {
            copy.pool.shutdown();
            assertThat(copy.pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        rig.tick();

        assertThat(violations).as("seed %d", seed).isEmpty();
        assertThat(entries.get()).isPositive();
        for (int i = 0; i <= SWAPS; i++) {
            assertThat(copies.get(i).entered.get())
                    .as("entries into %s once it was closed, seed %d", copies.get(i).gate, seed)
                    .isEqualTo(counts.get(i));
            assertThat(copies.get(i).gate.leases()).isZero();
            assertThat(copies.get(i).gate.inside()).isZero();
        }
        assertThat(sent.stream()
                        .map(exchange -> exchange.answers() + " x " + exchange.status() + " " + exchange.isComplete()))
                .as("answers, seed %d", seed)
                .containsAnyOf("1 x 200 true")
                .isSubsetOf("1 x 200 true", "1 x 409 true", "1 x 503 true", "1 x 504 true");
    }

    private Callable<Void> client(Random random) {
        String[] acts = {"", "", "wait", "throw", "interrupt"};
        return () -> {
            while (!stop.get()) {
                FakeExchange exchange = FakeExchange.get("/api/billing/bills?do=" + acts[random.nextInt(acts.length)]);
                // with a deadline that is over at once, soon, or not in this test
                Duration ago =
                        Duration.ofSeconds(10).minusMillis(random.nextInt(4)).minusSeconds(random.nextInt(2) * 8L);
                rig.send(exchange, ago);
                sent.add(exchange);
                if (random.nextInt(4) == 0) {
                    Thread.yield();
                }
                while (sent.size() % 8 == 0 && !exchange.isComplete()) {
                    Thread.onSpinWait();
                }
            }
            return null;
        };
    }
}
