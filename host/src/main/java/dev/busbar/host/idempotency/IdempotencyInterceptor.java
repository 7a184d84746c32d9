package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.internal.Problems;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a {@code POST} with an {@code Idempotency-Key} run once (draft-ietf-httpapi-idempotency-key-header-07): the key is
 * taken in the store before the handler is asked, its answer is kept there before it is sent, and whoever comes again
 * gets that. Called on server threads; never waits: all statements run on threads of its own, which no plugin sees and
 * nobody interrupts. {@link #expire} and {@link #sweep} are called by the watch.
 */
public final class IdempotencyInterceptor implements Interceptor {
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
    private final Set<IdempotencyVisit> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Held> held = ConcurrentHashMap.newKeySet();

    /** An answer that is kept back until the store has it. Compared by identity of its flag. */
    private record Held(IdempotencyVisit visit, Runnable onwards, long untilNanos, AtomicBoolean released) {
        boolean release() {
            return released.compareAndSet(false, true);
        }
    }

    /**
     * For routes of platforms.
     *
     * @param executor the threads of all statements; tasks may wait there without a bound, there are few
     */
    public IdempotencyInterceptor(
            IdempotencySettings settings, Database database, Clock clock, Executor executor, Meters meters) {
        this.settings = settings;
        this.store = new IdempotencyStore(database);
        this.clock = clock;
        this.executor = executor;
        this.counts = new IdempotencyCounts(meters);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Route route = invocation.endpoint().route().orElse(null);
        if (route == null || !isConcerned(invocation)) {
            next.proceed(invocation);
            return;
        }
        try {
            IdempotencyVisit visit = new IdempotencyVisit(invocation, next, IdempotencyKey.of(invocation));
            admit(visit, route);
            collect(visit, route);
        } catch (ProblemException refusal) {
            counts.count(invocation, IdempotencyCounts.Result.REFUSED);
            throw refusal;
        }
    }

    private boolean isConcerned(Invocation invocation) {
        return settings.concerns(invocation.endpoint())
                && !invocation.exchange().headers(IdempotencyKey.FIELD).isEmpty();
    }

    private void admit(IdempotencyVisit visit, Route route) {
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
        invocation.onComplete(() -> room.leave(caller, visit.size(0)));
    }

    private static String principal(Invocation invocation) {
        return invocation.caller().map(caller -> caller.principal().id()).orElse("");
    }

    private int most(Route route) {
        return (int) Math.min(route.maxBodyBytes(), settings.maxBodyBytes());
    }

    /** The body tells whether it is the same request, so it has to be here before anything is decided. */
    private void collect(IdempotencyVisit visit, Route route) {
        Invocation invocation = visit.invocation();
        long length = invocation.exchange().contentLength();
        waiting.add(visit);
        invocation.onSent(sent -> waiting.remove(visit));
        if (length == 0) {
            arrived(visit, NOTHING);
        } else if (length > 0) {
            invocation.exchange().collect((int) length, bytes -> arrived(visit, bytes));
        } else {
            invocation.exchange().collectUpTo(most(route), new Arrival(visit, route));
        }
    }

    /** A body without a declared length, or none at all. */
    private final class Arrival implements Exchange.Collected {
        private final IdempotencyVisit visit;
        private final Route route;

        Arrival(IdempotencyVisit visit, Route route) {
            this.visit = visit;
            this.route = route;
        }

        @Override
        public void whole(byte[] body) {
            arrived(visit, body);
        }

        @Override
        public void larger() {
            if (visit.move(IdempotencyVisit.Stage.ARRIVING, IdempotencyVisit.Stage.DECIDED)) {
                boolean byRoute = route.maxBodyBytes() <= settings.maxBodyBytes();
                refuse(visit, byRoute ? Problems.payloadTooLarge(route.maxBodyBytes()) : tooLarge());
            }
        }
    }

    private void arrived(IdempotencyVisit visit, byte[] body) {
        if (!visit.move(IdempotencyVisit.Stage.ARRIVING, IdempotencyVisit.Stage.ASKING)) {
            return; // its deadline was first
        }
        visit.invocation().collected(body);
        room.shrink(principal(visit.invocation()), visit.shrink(body.length));
        if (!offer(() -> ask(visit, body))
                && visit.move(IdempotencyVisit.Stage.ASKING, IdempotencyVisit.Stage.DECIDED)) {
            refuse(visit, unavailable("the host is stopping"));
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

    private void ask(IdempotencyVisit visit, byte[] body) {
        if (visit.stage() != IdempotencyVisit.Stage.ASKING) {
            return;
        }
        IdempotencyStore.Beginning beginning = visit.beginning(body, clock.instant(), settings.keep());
        IdempotencyStore.Outcome outcome;
        try {
            outcome = store.begin(beginning, settings.maxPerPrincipal(), clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("an idempotency key could not be taken: {}", e.toString());
            if (visit.move(IdempotencyVisit.Stage.ASKING, IdempotencyVisit.Stage.DECIDED)) {
                refuse(visit, unavailable("the store does not answer"));
            }
            free(beginning); // whether it was taken cannot be told
            return;
        }
        if (!visit.move(IdempotencyVisit.Stage.ASKING, IdempotencyVisit.Stage.DECIDED)) {
            if (outcome.result() == IdempotencyStore.Result.BEGUN) {
                free(beginning);
            }
            return;
        }
        try {
            decide(visit, beginning, outcome);
        } catch (RuntimeException | Error failure) {
            // As at the server's border: a request must be answered, whatever went wrong on the way.
            visit.invocation().fail(failure);
        }
    }

    private void decide(
            IdempotencyVisit visit, IdempotencyStore.Beginning beginning, IdempotencyStore.Outcome outcome) {
        IdempotencyStore.Known known = outcome.known();
        if (known != null) {
            IdempotencyReplay.answer(visit.invocation(), beginning, known, clock.instant(), counts);
        } else if (outcome.result() == IdempotencyStore.Result.FULL) {
            refuse(
                    visit,
                    ProblemException.of(
                                    429,
                                    "idempotency-keys-exhausted",
                                    "Idempotency keys exhausted",
                                    "the caller has " + settings.maxPerPrincipal()
                                            + " keys that have not expired; a request without one is not affected")
                            .withHeader("Retry-After", "60"));
        } else {
            counts.count(visit.invocation(), IdempotencyCounts.Result.FIRST);
            visit.invocation().onAnswerHold((answer, onwards) -> answered(visit, beginning, answer, onwards));
            visit.proceed();
        }
    }

    private void refuse(IdempotencyVisit visit, ProblemException refusal) {
        counts.count(visit.invocation(), IdempotencyCounts.Result.REFUSED);
        visit.invocation().fail(refusal);
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
        Held one = new Held(visit, onwards, System.nanoTime() + SAVE_NANOS, new AtomicBoolean());
        held.add(one);
        boolean offered = offer(() -> {
            boolean done = isDone(statement);
            release(one, done);
        });
        if (!offered) {
            release(one, false);
        }
    }

    private void release(Held one, boolean done) {
        if (!one.release()) {
            return;
        }
        held.remove(one);
        if (!done) {
            counts.unsaved(one.visit().invocation());
        }
        one.onwards().run();
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

    /** Answers requests whose time is over before they went on, and those whose answer the store does not take. */
    public void expire() {
        long now = System.nanoTime();
        for (IdempotencyVisit visit : waiting) {
            if (visit.isPast(now)) {
                if (visit.move(IdempotencyVisit.Stage.ARRIVING, IdempotencyVisit.Stage.DECIDED)) {
                    refuse(visit, Problems.requestTimeout());
                } else if (visit.move(IdempotencyVisit.Stage.ASKING, IdempotencyVisit.Stage.DECIDED)) {
                    refuse(visit, unavailable("the store did not answer in time"));
                }
            }
        }
        for (Held one : held) {
            if (now - one.untilNanos() >= 0) {
                release(one, false);
            }
        }
    }

    /** Forgets the keys that have expired; called every minute. Never blocks. */
    public void sweep() {
        boolean unused = offer(() -> isDone(() -> store.sweep(clock.instant())));
    }

    private ProblemException tooLarge() {
        return ProblemException.of(
                413,
                "payload-too-large",
                "Payload too large",
                "the body is larger than the " + settings.maxBodyBytes()
                        + " bytes that a request with an Idempotency-Key may have");
    }

    private static ProblemException unavailable(String why) {
        return ProblemException.of(
                        503,
                        "idempotency-unavailable",
                        "Idempotency unavailable",
                        "the key could not be taken, and nothing was done: " + why)
                .withHeader("Retry-After", "1");
    }
}
