package dev.busbar.host.parking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.host.testing.Destination;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.host.threads.KeyedPermits;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait without a thread. */
@Timeout(120)
@Tag("race")
final class ParkingLotTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int ROUNDS = 1_000;

    private final ManualClock clock = new ManualClock();
    private final List<Runnable> workers = new ArrayList<>();
    private final ParkingLot lot = clock.lot(workers::add);
    private final ParkingLot.Bay bay = lot.bay("test");

    private Invocation request(FakeExchange exchange) {
        return request(exchange, "billing");
    }

    private Invocation request(FakeExchange exchange, String platform) {
        Invocation invocation = new Invocation(exchange, clock.now());
        invocation.endpoint(Destination.of(platform), List.of());
        return invocation;
    }

    private static ProblemException late() {
        return ProblemException.of(504, "platform-timeout", "Platform timeout", "too late");
    }

    private static void answer(Invocation invocation) {
        invocation.reply().claim().ifPresent(claim -> claim.send(Response.noContent()));
    }

    @Test
    void a_request_is_resumed_on_a_worker_and_never_expires_then() {
        FakeExchange exchange = FakeExchange.get("/");
        Parked parked = bay.park(request(exchange), ParkingLotTest::late);
        assertThat(bay.size()).isOne();

        assertThat(parked.resume(ParkingLotTest::answer)).isTrue();
        assertThat(exchange.answers()).isZero();
        workers.forEach(Runnable::run);
        clock.pass(DEADLINE);

        assertThat(exchange.status()).isEqualTo(204);
        assertThat(exchange.answers()).isOne();
        assertThat(bay.size()).isZero();
        assertThat(clock.deadlines().size()).isZero();
    }

    @Test
    void a_request_past_its_deadline_is_answered_and_never_resumed() {
        FakeExchange exchange = FakeExchange.get("/");
        Parked parked = bay.park(request(exchange), ParkingLotTest::late);

        clock.pass(DEADLINE.minusNanos(1));
        assertThat(parked.isWaiting()).isTrue();
        clock.pass(Duration.ofNanos(1));

        assertThat(exchange.status()).isEqualTo(504);
        assertThat(parked.isWaiting()).isFalse();
        assertThat(parked.resume(ParkingLotTest::answer)).isFalse();
        assertThat(parked.resumeHere(ParkingLotTest::answer)).isFalse();
        assertThat(parked.fail(ProblemException.conflict("no"))).isFalse();
        assertThat(workers).isEmpty();
        assertThat(bay.size()).isZero();
    }

    @Test
    void a_request_that_somebody_else_has_answered_meanwhile_is_not_resumed() {
        AtomicInteger steps = new AtomicInteger();
        Invocation one = request(FakeExchange.get("/"));
        Invocation other = request(FakeExchange.get("/"));
        Parked here = bay.park(one, ParkingLotTest::late);
        Parked onWorker = bay.park(other, ParkingLotTest::late);
        one.reply().fail(late());
        assertThat(onWorker.resume(same -> steps.incrementAndGet())).isTrue();
        other.reply().fail(late());

        assertThat(here.resumeHere(same -> steps.incrementAndGet())).isTrue();
        workers.forEach(Runnable::run);

        assertThat(steps).hasValue(0);
        assertThat(bay.size()).isZero();
    }

    @Test
    void a_step_that_fails_becomes_the_response() {
        FakeExchange exchange = FakeExchange.get("/");

        bay.park(request(exchange), ParkingLotTest::late).resumeHere(same -> {
            throw new IllegalStateException("on purpose");
        });

        assertThat(exchange.status()).isEqualTo(500);
    }

    @Test
    void a_request_is_answered_when_the_workers_have_ended() {
        ParkingLot ended = clock.lot(task -> {
            throw new RejectedExecutionException("shut down");
        });
        FakeExchange exchange = FakeExchange.get("/");

        assertThat(ended.bay("test")
                        .park(request(exchange), ParkingLotTest::late)
                        .resume(ParkingLotTest::answer))
                .isTrue();

        assertThat(exchange.status()).isEqualTo(503);
    }

    @Test
    void a_request_that_somebody_else_has_answered_leaves_the_lot() {
        AtomicBoolean told = new AtomicBoolean();
        Invocation invocation = request(FakeExchange.get("/"));
        bay.park(invocation, () -> {
            told.set(true);
            return late();
        });

        invocation.reply().answeredByServer(new Sent(400, 0, true));
        clock.pass(Duration.ZERO);

        assertThat(bay.size()).isZero();
        assertThat(told).as("nothing is said in the place of what was").isFalse();
    }

    @Test
    void a_full_lot_refuses_and_no_platform_takes_all_of_it() {
        KeyedPermits permits = new KeyedPermits(5, 3);
        ParkingLot.Bay small = new ParkingLot(clock.deadlines(), workers::add, permits, Meters.NONE).bay("test");
        for (int i = 0; i < 3; i++) {
            small.park(request(FakeExchange.get("/"), "billing"), ParkingLotTest::late);
        }

        assertThat(refusal(small, "billing")).isEqualTo(503);
        Parked other = small.park(request(FakeExchange.get("/"), "ledger"), ParkingLotTest::late);
        small.park(request(FakeExchange.get("/"), "turbo"), ParkingLotTest::late);
        assertThat(refusal(small, "insights")).isEqualTo(503);

        other.resume(ParkingLotTest::answer);
        small.park(request(FakeExchange.get("/"), "insights"), ParkingLotTest::late);
        clock.pass(DEADLINE);
        assertThat(permits.size()).isZero();
        assertThat(permits.keys()).isZero();
    }

    private int refusal(ParkingLot.Bay into, String platform) {
        return catchThrowableOfType(
                        ProblemException.class,
                        () -> into.park(request(FakeExchange.get("/"), platform), ParkingLotTest::late))
                .status();
    }

    @Test
    void parked_requests_are_shown_by_their_reason() {
        Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();
        Meters meters = new Meters() {
            @Override
            public Timer timer(String name, String help, String... labels) {
                return nanos -> {};
            }

            @Override
            public Count count(String name, String help, String... labels) {
                return () -> {};
            }

            @Override
            public void gauge(String name, String help, DoubleSupplier value, String... labels) {
                gauges.put(name + List.of(labels), value);
            }
        };
        ParkingLot shown = new ParkingLot(clock.deadlines(), workers::add, new KeyedPermits(5, 5), meters);

        shown.bay("handover").park(request(FakeExchange.get("/")), ParkingLotTest::late);

        assertThat(gauges.get("busbar.parked[reason, handover]").getAsDouble()).isEqualTo(1);
    }

    @Test
    void a_group_is_resumed_together_in_order_and_lets_nobody_wait_then() {
        ParkedGroup group = bay.group(10);
        List<String> order = new ArrayList<>();
        List<FakeExchange> sent = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            FakeExchange exchange = FakeExchange.get("/" + name);
            sent.add(exchange);
            assertThat(group.park(
                            request(exchange),
                            passing -> {
                                order.add(name);
                                answer(passing);
                            },
                            ParkingLotTest::late))
                    .isEqualTo(ParkedGroup.Admission.PARKED);
        }

        group.release();
        group.release();
        workers.forEach(Runnable::run);

        assertThat(order).containsExactly("a", "b", "c");
        assertThat(sent).allMatch(exchange -> exchange.answers() == 1);
        assertThat(group.park(request(FakeExchange.get("/")), ParkingLotTest::answer, ParkingLotTest::late))
                .isEqualTo(ParkedGroup.Admission.RELEASED);
        assertThat(group.size()).isZero();
    }

    @Test
    void a_group_takes_so_many_and_those_past_their_deadline_make_room() {
        ParkedGroup group = bay.group(1);
        FakeExchange late = FakeExchange.get("/");
        group.park(request(late), ParkingLotTest::answer, ParkingLotTest::late);
        assertThat(group.park(request(FakeExchange.get("/")), ParkingLotTest::answer, ParkingLotTest::late))
                .isEqualTo(ParkedGroup.Admission.FULL);

        clock.pass(DEADLINE);

        assertThat(late.status()).isEqualTo(504);
        assertThat(group.size()).isZero();
        assertThat(group.park(request(FakeExchange.get("/")), ParkingLotTest::answer, ParkingLotTest::late))
                .isEqualTo(ParkedGroup.Admission.PARKED);
    }

    @Test
    void exactly_one_of_resume_fail_and_deadline_wins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        ParkingLot.Bay raced = clock.lot().bay("test");
        try {
            for (int round = 0; round < ROUNDS; round++) {
                FakeExchange exchange = FakeExchange.get("/");
                Invocation invocation = request(exchange);
                AtomicInteger complete = new AtomicInteger();
                AtomicInteger winners = new AtomicInteger();
                invocation.completion().onComplete(complete::incrementAndGet);
                Parked parked = raced.park(invocation, () -> {
                    winners.incrementAndGet();
                    return late();
                });
                List<Runnable> racers = List.of(
                        () -> winners.addAndGet(parked.resume(ParkingLotTest::answer) ? 1 : 0),
                        () -> winners.addAndGet(parked.resumeHere(ParkingLotTest::answer) ? 1 : 0),
                        () -> winners.addAndGet(parked.fail(ProblemException.conflict("no")) ? 1 : 0),
                        () -> clock.pass(DEADLINE));
                List<Future<?>> all = new ArrayList<>();
                for (Runnable racer : racers) {
                    all.add(threads.submit(() -> {
                        together.await();
                        racer.run();
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get(30, TimeUnit.SECONDS);
                }

                assertThat(winners).hasValue(1);
                assertThat(exchange.answers()).isOne();
                assertThat(complete).hasValue(1);
                assertThat(raced.size()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(clock.deadlines().size()).isZero();
    }

    @Test
    void many_threads_park_release_and_expire_and_each_request_is_answered_once() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        ExecutorService resumers = Executors.newFixedThreadPool(2);
        Deadlines real = new Deadlines(System::nanoTime);
        KeyedPermits permits = new KeyedPermits(200, 150);
        ParkingLot.Bay busy = new ParkingLot(real, resumers, permits, Meters.NONE).bay("test");
        ConcurrentHashMap<Integer, ParkedGroup> groups = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        List<FakeExchange> sent = new ArrayList<>();
        try {
            Future<?> ticks = clients.submit(() -> {
                while (!done.get()) {
                    real.tick();
                    groups.replaceAll((slot, group) -> {
                        group.release();
                        return busy.group(100);
                    });
                    Thread.onSpinWait();
                }
            });
            List<Future<List<FakeExchange>>> all = new ArrayList<>();
            for (int client = 0; client < 6; client++) {
                all.add(clients.submit(() -> parkMany(busy, groups)));
            }
            for (Future<List<FakeExchange>> one : all) {
                sent.addAll(one.get(60, TimeUnit.SECONDS));
            }
            done.set(true);
            ticks.get(30, TimeUnit.SECONDS);
            groups.values().forEach(ParkedGroup::release);
            await().until(() -> sent.stream().allMatch(FakeExchange::isComplete));
        } finally {
            clients.shutdownNow();
            resumers.shutdownNow();
        }

        assertThat(sent).hasSize(6 * ROUNDS).allMatch(exchange -> exchange.answers() == 1);
        assertThat(busy.size()).isZero();
        assertThat(permits.size()).isZero();
        assertThat(permits.keys()).isZero();
        assertThat(real.size()).isZero();
    }

    /** Of some the deadline has passed already, of the others it is far away. */
    private static List<FakeExchange> parkMany(ParkingLot.Bay busy, ConcurrentHashMap<Integer, ParkedGroup> groups) {
        List<FakeExchange> sent = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            FakeExchange exchange = FakeExchange.get("/");
            long arrived = System.nanoTime() - (random.nextInt(4) == 0 ? DEADLINE.toNanos() : 0);
            Invocation invocation = new Invocation(exchange, arrived);
            invocation.endpoint(Destination.of("p" + random.nextInt(2)), List.of());
            ParkedGroup group = groups.computeIfAbsent(random.nextInt(4), slot -> busy.group(100));
            if (group.park(invocation, ParkingLotTest::answer, ParkingLotTest::late) != ParkedGroup.Admission.PARKED) {
                answer(invocation);
            }
            sent.add(exchange);
        }
        return sent;
    }
}
