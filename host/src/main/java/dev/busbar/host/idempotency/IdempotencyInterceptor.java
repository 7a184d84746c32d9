package dev.busbar.host.idempotency;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.bodies.Bodies;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.store.Database;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Idempotent requests: executes a {@code POST} with an {@code Idempotency-Key} once
 * (draft-ietf-httpapi-idempotency-key-header-07). The key is reserved in the store before the handler is called, the
 * response is stored before it is sent, and a retry gets the stored response. Called on event-loop threads; never blocks: a
 * request is parked while its body arrives and while the store is read. Statements run on threads of its own, which run no
 * code of plugins and are never interrupted.
 */
public final class IdempotencyInterceptor implements Interceptor, RouteConcern {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyInterceptor.class);
    private static final int MAX_IN_FLIGHT = 1_024;
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] NO_BODY = {};

    private final IdempotencySettings settings;
    private final IdempotencyStore.Bounds bounds;
    private final IdempotencyStore store;
    private final Clock clock;
    private final Executor executor;
    private final IdempotencyCounts counts;
    private final IdempotencyQuota quota = new IdempotencyQuota(MAX_IN_FLIGHT);
    private final Bodies bodies;
    private final ParkingLot.Bay stores;
    private final Deadlines deadlines;

    /**
     * The dependencies of the interceptor.
     *
     * @param executor the threads of all statements; its queue is not bounded, the quota bounds its tasks
     * @param bodies collects the body, which is part of the fingerprint of a request
     * @param lot where requests wait for the store
     * @param deadlines bounds how long a response waits until it is stored
     */
    public record Means(Database database, Executor executor, Bodies bodies, ParkingLot lot, Deadlines deadlines) {}

    /** A response that is held back until the store has it, or until it has waited long enough. */
    private final class Held implements Deadlines.Due {
        private final IdempotencyAttempt attempt;
        private final Runnable onwards;
        private final long dueNanos = deadlines.now() + SAVE_NANOS;
        private final AtomicBoolean released = new AtomicBoolean();

        Held(IdempotencyAttempt attempt, Runnable onwards) {
            this.attempt = attempt;
            this.onwards = onwards;
        }

        @Override
        public long dueNanos() {
            return dueNanos;
        }

        @Override
        public void expire() {
            release(false);
        }

        void release(boolean done) {
            if (released.getAndSet(true)) {
                return;
            }
            deadlines.remove(this);
            if (!done) {
                counts.unsaved(attempt.invocation());
            }
            onwards.run();
        }
    }

    /** An interceptor over a store. */
    public IdempotencyInterceptor(IdempotencySettings settings, Means means, Clock clock, Meters meters) {
        this.settings = settings;
        this.bounds = new IdempotencyStore.Bounds(
                settings.maxPerPrincipal(), settings.maxBytesPerPrincipal(), settings.maxBytes());
        this.store = new IdempotencyStore(means.database());
        this.clock = clock;
        this.executor = means.executor();
        this.counts = new IdempotencyCounts(meters);
        this.bodies = means.bodies();
        this.stores = means.lot().bay("idempotency_store");
        this.deadlines = means.deadlines();
    }

    /** {@code POST} routes of platforms, unless they are pure. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return settings.concerns(route) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (invocation.exchange().headers(IdempotencyKey.HEADER).isEmpty()) {
            next.proceed(invocation);
            return;
        }
        RouteContract route = Endpoint.routed(invocation).route();
        try {
            IdempotencyAttempt attempt = new IdempotencyAttempt(invocation, next, IdempotencyKey.of(invocation));
            admit(attempt);
            collect(attempt, route);
        } catch (ProblemException rejection) {
            counts.count(invocation, IdempotencyCounts.Result.REFUSED);
            throw rejection;
        }
    }

    private void admit(IdempotencyAttempt attempt) {
        Invocation invocation = attempt.invocation();
        if (invocation.exchange().contentLength() > settings.maxBodyBytes()) {
            throw tooLarge();
        }
        String caller = principal(invocation);
        if (!quota.tryAcquire(caller)) {
            throw unavailable("too many such requests are in progress");
        }
        invocation.completion().onComplete(() -> quota.release(caller));
    }

    private static String principal(Invocation invocation) {
        return invocation.caller().map(caller -> caller.principal().id()).orElse("");
    }

    /** Collects the body, which is part of the fingerprint of the request. */
    private void collect(IdempotencyAttempt attempt, RouteContract route) {
        Invocation invocation = attempt.invocation();
        long length = invocation.exchange().contentLength();
        if (length == 0) {
            Interceptor.pass(invocation, same -> arrived(attempt, NO_BODY));
            return;
        }
        long max = Math.min(route.limits().maxBodyBytes(), settings.maxBodyBytes());
        bodies.collect(invocation, (int) (length > 0 ? length : max), new Arrival(attempt, route));
    }

    /** The arrival of a body while its request is parked. */
    private final class Arrival implements Bodies.Receiver {
        private final IdempotencyAttempt attempt;
        private final RouteContract route;

        Arrival(IdempotencyAttempt attempt, RouteContract route) {
            this.attempt = attempt;
            this.route = route;
        }

        @Override
        public void complete(Invocation invocation, byte[] body) {
            arrived(attempt, body);
        }

        @Override
        public void larger(Invocation invocation) {
            boolean byRoute = route.limits().maxBodyBytes() <= settings.maxBodyBytes();
            throw rejected(
                    attempt, byRoute ? Problems.payloadTooLarge(route.limits().maxBodyBytes()) : tooLarge());
        }

        @Override
        public ProblemException refused(ProblemException problem) {
            return rejected(attempt, problem);
        }
    }

    private void arrived(IdempotencyAttempt attempt, byte[] body) {
        Parked parked = parkForStore(attempt);
        if (!offer(() -> reserve(attempt, parked, body))) {
            parked.resumeHere(same -> {
                throw rejected(attempt, unavailable("the host is stopping"));
            });
        }
    }

    private Parked parkForStore(IdempotencyAttempt attempt) {
        try {
            return stores.park(
                    attempt.invocation(), () -> rejected(attempt, unavailable("the store did not answer in time")));
        } catch (ProblemException full) {
            throw rejected(attempt, full);
        }
    }

    private boolean offer(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private void reserve(IdempotencyAttempt attempt, Parked parked, byte[] body) {
        if (!parked.isWaiting()) {
            return; // its deadline has passed
        }
        long left = attempt.invocation().timing().dueNanos() - deadlines.now();
        IdempotencyStore.Reservation reservation = attempt.reservation(body, clock.instant(), left, settings.keep());
        IdempotencyStore.Decision decision;
        try {
            decision = store.reserve(reservation, bounds, clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("idempotency key: not reserved: {}", e.toString());
            parked.resumeHere(same -> {
                throw rejected(attempt, unavailable("the store does not answer"));
            });
            release(reservation); // it may have been reserved
            return;
        }
        boolean late = !parked.resumeHere(same -> proceed(attempt, reservation, decision));
        if (late && decision instanceof IdempotencyStore.Decision.Granted) {
            release(reservation);
        }
    }

    private void proceed(
            IdempotencyAttempt attempt, IdempotencyStore.Reservation reservation, IdempotencyStore.Decision decision) {
        if (decision instanceof IdempotencyStore.Decision.Taken taken) {
            IdempotencyReplay.respond(attempt.invocation(), reservation, taken.existing(), clock.instant(), counts);
        } else if (decision instanceof IdempotencyStore.Decision.Exhausted) {
            throw rejected(attempt, exhausted(settings.maxPerPrincipal() + " keys that have not expired"));
        } else if (decision instanceof IdempotencyStore.Decision.CallerFull) {
            throw rejected(
                    attempt, exhausted(settings.maxBytesPerPrincipal() + " bytes of responses that have not expired"));
        } else if (decision instanceof IdempotencyStore.Decision.Full) {
            throw rejected(attempt, unavailable("too many responses are stored"));
        } else {
            counts.count(attempt.invocation(), IdempotencyCounts.Result.FIRST);
            attempt.invocation().reply().hold((answer, onwards) -> answered(attempt, reservation, answer, onwards));
            attempt.proceed();
        }
    }

    private static ProblemException exhausted(String what) {
        return ProblemType.IDEMPOTENCY_KEYS_EXHAUSTED
                .problem("the caller has " + what + "; a request without a key is not affected")
                .withHeader("Retry-After", "60");
    }

    /** Counts a rejection; returns it, to be thrown or sent by the caller. */
    private ProblemException rejected(IdempotencyAttempt attempt, ProblemException rejection) {
        counts.count(attempt.invocation(), IdempotencyCounts.Result.REFUSED);
        return rejection;
    }

    private void answered(
            IdempotencyAttempt attempt, IdempotencyStore.Reservation reservation, Answer answer, Runnable onwards) {
        switch (attempt.disposition(answer, settings.maxBodyBytes())) {
            case STORE -> {
                IdempotencyStore.RecordedResponse recorded = IdempotencyStore.RecordedResponse.of(answer);
                hold(attempt, onwards, () -> save(reservation, recorded));
            }
            case RELEASE -> hold(attempt, onwards, () -> store.remove(reservation));
            case UNKNOWN -> mark(reservation, IdempotencyStore.State.UNKNOWN, onwards);
            case NOT_REPLAYABLE -> mark(reservation, IdempotencyStore.State.NOT_REPLAYABLE, onwards);
        }
    }

    private void save(IdempotencyStore.Reservation reservation, IdempotencyStore.RecordedResponse response) {
        if (!store.save(reservation, response)) {
            LOG.warn("an idempotency key expired before the response of its request was stored");
        }
    }

    /** Records a state without holding the response back: the request is not executed again in either state. */
    private void mark(IdempotencyStore.Reservation reservation, IdempotencyStore.State state, Runnable onwards) {
        boolean unused = offer(() -> succeeds(() -> store.mark(reservation, state)));
        onwards.run();
    }

    private void release(IdempotencyStore.Reservation reservation) {
        boolean unused = offer(() -> succeeds(() -> store.remove(reservation)));
    }

    /** Holds the response back until the statement has run. */
    private void hold(IdempotencyAttempt attempt, Runnable onwards, Runnable statement) {
        Held held = new Held(attempt, onwards);
        deadlines.add(held);
        if (!offer(() -> held.release(succeeds(statement)))) {
            held.release(false);
        }
    }

    private static boolean succeeds(Runnable statement) {
        try {
            statement.run();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("idempotency key: left as it is until it expires: {}", e.toString());
            return false;
        }
    }

    /** Deletes expired keys; called every minute. Never blocks. */
    public void sweep() {
        boolean unused = offer(() -> succeeds(() -> store.sweep(clock.instant())));
    }

    private ProblemException tooLarge() {
        return ProblemType.PAYLOAD_TOO_LARGE.problem("the body is larger than the " + settings.maxBodyBytes()
                + " bytes that a request with an Idempotency-Key may have");
    }

    private static ProblemException unavailable(String why) {
        return ProblemType.IDEMPOTENCY_UNAVAILABLE
                .problem("the key could not be reserved, and nothing was executed: " + why)
                .withHeader("Retry-After", "1");
    }
}
