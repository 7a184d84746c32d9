package dev.busbar.host.idempotency;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
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
 * Has a {@code POST} with an {@code Idempotency-Key} run once (draft-ietf-httpapi-idempotency-key-header-07): the key is
 * taken in the store before the handler is asked, its answer is kept there before it is sent, and whoever comes again
 * gets that. Called on server threads; never waits: while its body comes in, and while the store is asked, a request is
 * parked. All statements run on threads of its own, which no plugin sees and nobody interrupts.
 */
public final class IdempotencyInterceptor implements Interceptor, RouteConcern {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyInterceptor.class);
    private static final int MOST_UNDER_WAY = 1_024;
    private static final long MOST_BYTES = 128L << 20;
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final byte[] NOTHING = {};

    private final IdempotencySettings settings;
    private final IdempotencyStore store;
    private final Clock clock;
    private final Executor executor;
    private final IdempotencyCounts counts;
    private final IdempotencyRoom room = new IdempotencyRoom(MOST_UNDER_WAY, MOST_BYTES);
    private final ParkingLot.Bay bodies;
    private final ParkingLot.Bay lookUps;
    private final Deadlines deadlines;

    /**
     * What it shares with others.
     *
     * @param executor the threads of all statements; tasks may wait there without a bound, there are few
     * @param lot where requests wait for their body and for the store
     * @param deadlines bounds how long a response waits until it is stored
     */
    public record Means(Database database, Executor executor, ParkingLot lot, Deadlines deadlines) {}

    /** A response that is held back until the store has it, or until it has waited long enough. */
    private final class Held implements Deadlines.Due {
        private final IdempotencyVisit visit;
        private final Runnable onwards;
        private final long dueNanos = deadlines.now() + SAVE_NANOS;
        private final AtomicBoolean released = new AtomicBoolean();

        Held(IdempotencyVisit visit, Runnable onwards) {
            this.visit = visit;
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
                counts.unsaved(visit.invocation());
            }
            onwards.run();
        }
    }

    /** For routes of platforms. */
    public IdempotencyInterceptor(IdempotencySettings settings, Means means, Clock clock, Meters meters) {
        this.settings = settings;
        this.store = new IdempotencyStore(means.database());
        this.clock = clock;
        this.executor = means.executor();
        this.counts = new IdempotencyCounts(meters);
        this.bodies = means.lot().bay("idempotency_body");
        this.lookUps = means.lot().bay("idempotency_store");
        this.deadlines = means.deadlines();
    }

    /** {@code POST} routes of platforms that do more than compute. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return settings.concerns(route) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        if (invocation.exchange().headers(IdempotencyKey.FIELD).isEmpty()) {
            next.proceed(invocation);
            return;
        }
        RouteContract route = Endpoint.routed(invocation).route();
        try {
            IdempotencyVisit visit = new IdempotencyVisit(invocation, next, IdempotencyKey.of(invocation));
            admit(visit, route);
            collect(visit, route);
        } catch (ProblemException refusal) {
            counts.count(invocation, IdempotencyCounts.Result.REFUSED);
            throw refusal;
        }
    }

    private void admit(IdempotencyVisit visit, RouteContract route) {
        Invocation invocation = visit.invocation();
        long length = invocation.exchange().contentLength();
        if (length > settings.maxBodyBytes()) {
            throw tooLarge();
        }
        long size = length < 0 ? most(route) : length;
        String caller = principal(invocation);
        if (!room.enter(caller, size)) {
            throw unavailable("too many such requests are under way");
        }
        visit.size(size);
        invocation.completion().onComplete(() -> room.leave(caller, visit.size(0)));
    }

    private static String principal(Invocation invocation) {
        return invocation.caller().map(caller -> caller.principal().id()).orElse("");
    }

    private int most(RouteContract route) {
        return (int) Math.min(route.limits().maxBodyBytes(), settings.maxBodyBytes());
    }

    /** The body tells whether it is the same request, so it has to be here before anything is decided. */
    private void collect(IdempotencyVisit visit, RouteContract route) {
        Invocation invocation = visit.invocation();
        long length = invocation.exchange().contentLength();
        if (length == 0) {
            Interceptor.pass(invocation, same -> arrived(visit, NOTHING));
            return;
        }
        Arrival arrival =
                new Arrival(visit, route, bodies.park(invocation, () -> refused(visit, Problems.requestTimeout())));
        if (length > 0) {
            invocation.exchange().collect((int) length, arrival);
        } else {
            invocation.exchange().collectUpTo(most(route), arrival);
        }
    }

    /** A body that comes in while its request is parked. */
    private final class Arrival implements Exchange.Collected {
        private final IdempotencyVisit visit;
        private final RouteContract route;
        private final Parked parked;

        Arrival(IdempotencyVisit visit, RouteContract route, Parked parked) {
            this.visit = visit;
            this.route = route;
            this.parked = parked;
        }

        @Override
        public void whole(byte[] body) {
            parked.resumeHere(same -> arrived(visit, body));
        }

        @Override
        public void larger() {
            boolean byRoute = route.limits().maxBodyBytes() <= settings.maxBodyBytes();
            ProblemException problem =
                    byRoute ? Problems.payloadTooLarge(route.limits().maxBodyBytes()) : tooLarge();
            parked.resumeHere(same -> {
                throw refused(visit, problem);
            });
        }
    }

    private void arrived(IdempotencyVisit visit, byte[] body) {
        visit.invocation().collected(body);
        room.shrink(principal(visit.invocation()), visit.shrink(body.length));
        Parked parked = parkForStore(visit);
        if (!offer(() -> ask(visit, parked, body))) {
            parked.resumeHere(same -> {
                throw refused(visit, unavailable("the host is stopping"));
            });
        }
    }

    private Parked parkForStore(IdempotencyVisit visit) {
        try {
            return lookUps.park(
                    visit.invocation(), () -> refused(visit, unavailable("the store did not answer in time")));
        } catch (ProblemException full) {
            throw refused(visit, full);
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

    private void ask(IdempotencyVisit visit, Parked parked, byte[] body) {
        if (!parked.isWaiting()) {
            return; // its deadline was first
        }
        long left = visit.invocation().timing().dueNanos() - deadlines.now();
        IdempotencyStore.Beginning beginning = visit.beginning(body, clock.instant(), left, settings.keep());
        IdempotencyStore.Outcome outcome;
        try {
            outcome = store.begin(beginning, settings.maxPerPrincipal(), clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("an idempotency key could not be taken: {}", e.toString());
            parked.resumeHere(same -> {
                throw refused(visit, unavailable("the store does not answer"));
            });
            free(beginning); // whether it was taken cannot be told
            return;
        }
        boolean late = !parked.resumeHere(same -> decide(visit, beginning, outcome));
        if (late && outcome.result() == IdempotencyStore.Result.BEGUN) {
            free(beginning);
        }
    }

    private void decide(
            IdempotencyVisit visit, IdempotencyStore.Beginning beginning, IdempotencyStore.Outcome outcome) {
        IdempotencyStore.Known known = outcome.known();
        if (known != null) {
            IdempotencyReplay.answer(visit.invocation(), beginning, known, clock.instant(), counts);
        } else if (outcome.result() == IdempotencyStore.Result.FULL) {
            throw refused(
                    visit,
                    ProblemType.IDEMPOTENCY_KEYS_EXHAUSTED
                            .problem("the caller has " + settings.maxPerPrincipal()
                                    + " keys that have not expired; a request without one is not affected")
                            .withHeader("Retry-After", "60"));
        } else {
            counts.count(visit.invocation(), IdempotencyCounts.Result.FIRST);
            visit.invocation().reply().hold((answer, onwards) -> answered(visit, beginning, answer, onwards));
            visit.proceed();
        }
    }

    /** Counts a refusal; returns it, to be thrown or sent by the one that has ended the wait. */
    private ProblemException refused(IdempotencyVisit visit, ProblemException refusal) {
        counts.count(visit.invocation(), IdempotencyCounts.Result.REFUSED);
        return refusal;
    }

    private void answered(
            IdempotencyVisit visit, IdempotencyStore.Beginning beginning, Answer answer, Runnable onwards) {
        switch (visit.fate(answer, settings.maxBodyBytes())) {
            case KEEP -> {
                IdempotencyStore.Kept kept = IdempotencyStore.Kept.of(answer);
                hold(visit, onwards, () -> save(beginning, kept));
            }
            case FREE -> hold(visit, onwards, () -> store.remove(beginning));
            case UNKNOWN -> mark(beginning, IdempotencyStore.State.UNKNOWN, onwards);
            case NOT_REPLAYABLE -> mark(beginning, IdempotencyStore.State.NOT_REPLAYABLE, onwards);
        }
    }

    private void save(IdempotencyStore.Beginning beginning, IdempotencyStore.Kept answer) {
        if (!store.save(beginning, answer)) {
            LOG.warn("the key of a request had expired before it was answered");
        }
    }

    /** Nobody runs it again either way, so nobody waits until it is written down. */
    private void mark(IdempotencyStore.Beginning beginning, IdempotencyStore.State state, Runnable onwards) {
        boolean unused = offer(() -> isDone(() -> store.mark(beginning, state)));
        onwards.run();
    }

    private void free(IdempotencyStore.Beginning beginning) {
        boolean unused = offer(() -> isDone(() -> store.remove(beginning)));
    }

    /** Lets the answer go when the statement is through. */
    private void hold(IdempotencyVisit visit, Runnable onwards, Runnable statement) {
        Held one = new Held(visit, onwards);
        deadlines.add(one);
        if (!offer(() -> one.release(isDone(statement)))) {
            one.release(false);
        }
    }

    private static boolean isDone(Runnable statement) {
        try {
            statement.run();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("an idempotency key is left as it was, until it expires: {}", e.toString());
            return false;
        }
    }

    /** Forgets the keys that have expired; called every minute. Never blocks. */
    public void sweep() {
        boolean unused = offer(() -> isDone(() -> store.sweep(clock.instant())));
    }

    private ProblemException tooLarge() {
        return ProblemType.PAYLOAD_TOO_LARGE.problem("the body is larger than the " + settings.maxBodyBytes()
                + " bytes that a request with an Idempotency-Key may have");
    }

    private static ProblemException unavailable(String why) {
        return ProblemType.IDEMPOTENCY_UNAVAILABLE
                .problem("the key could not be taken, and nothing was done: " + why)
                .withHeader("Retry-After", "1");
    }
}
