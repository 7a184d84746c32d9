package dev.busbar.host.bodies;

import dev.busbar.core.Problems;
import dev.busbar.host.parking.Parked;
import dev.busbar.host.parking.ParkingLot;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The collection of request bodies. A body is collected while its request is parked without a thread, under one budget
 * of memory; the deadline of the route begins when it is complete, and a client that sends too slowly gets 408. May be
 * called from any thread; never blocks.
 */
public final class Bodies {
    /** The memory that a request takes which waits for its body, beside the body. */
    private static final long WAITING_BYTES = 4 * 1024;

    /** The max number of bodies of one caller that are collected or bound at the same time. */
    private static final int MAX_PER_CALLER = 512;

    private final BodySettings settings;
    private final BodyBudget budget;
    private final ParkingLot.Bay bay;
    private final ParkingLot.Bay turns;
    private final Deadlines deadlines;

    /**
     * Bodies under a budget that is unused.
     *
     * @param lot where requests wait for their bodies
     * @param deadlines the clock of the lot
     */
    public Bodies(BodySettings settings, ParkingLot lot, Deadlines deadlines, Meters meters) {
        this.settings = settings;
        this.budget = new BodyBudget(settings.memoryOf(Runtime.getRuntime().maxMemory()), MAX_PER_CALLER);
        this.bay = lot.bay("body");
        this.turns = lot.bay("upload");
        this.deadlines = deadlines;
        meters.gauge("busbar.bodies.memory", "Memory taken by request bodies and values bound from them", budget::used);
    }

    /** The next steps of a request whose body is collected. */
    public interface Receiver {
        /** Continues with the body, which is {@linkplain Invocation#collected collected}. Must not block. */
        void complete(Invocation invocation, byte[] body);

        /** Continues with a body that is larger than the limit; {@link Exchange#body} has it from its start. */
        void larger(Invocation invocation);

        /** The problem of a body that is not admitted, or does not arrive. */
        default ProblemException refused(ProblemException problem) {
            return problem;
        }
    }

    /**
     * Collects the body of a request. Called by an interceptor, as its last step.
     *
     * @param max the max number of bytes; a body of declared length is not larger
     * @throws ProblemException when it is not admitted
     */
    public void collect(Invocation invocation, int max, Receiver receiver) {
        new Arrival(invocation, max, receiver).begin();
    }

    /** The uploads within some limits, which wait here for their turns. */
    Uploads uploads(Uploads.Limits limits) {
        return new Uploads(limits, turns, deadlines);
    }

    /** The memory of a body that is bound; its owner releases it. */
    public BoundBody bound(Invocation invocation) {
        return new BoundBody(new BodyShare(budget, caller(invocation)));
    }

    /**
     * The time until a client that is being waited for gets 408.
     *
     * @param bytes how much of the body has arrived
     * @param waitedNanos how long the host has waited for it
     */
    public long allowanceNanos(long bytes, long waitedNanos) {
        return settings.allowanceNanos(bytes, waitedNanos);
    }

    /** The subject whose bodies are counted together: the principal, else the network of the client. */
    static String caller(Invocation invocation) {
        return invocation
                .caller()
                .map(caller -> caller.principal().id())
                .orElseGet(() -> "@" + AddressRange.network(invocation.clientAddress()));
    }

    /** One body on its way. Its end comes once, before or after its request is parked. */
    private final class Arrival implements Exchange.Collected {
        private final Invocation invocation;
        private final int max;
        private final Receiver receiver;
        private final AtomicBoolean first = new AtomicBoolean();
        private final long sinceNanos = deadlines.now();
        private @Nullable BodyShare share;
        private long reserved;
        private @Nullable Parked parked;
        private Interceptor.Next step = none -> {};

        Arrival(Invocation invocation, int max, Receiver receiver) {
            this.invocation = invocation;
            this.max = max;
            this.receiver = receiver;
        }

        void begin() {
            if (max > BoundBody.FREE_BYTES) {
                take(Math.min(max, BodyBudget.SMALL)); // a declared length proves nothing; more as bytes arrive
            }
            Exchange exchange = invocation.exchange();
            if (exchange.contentLength() == max) {
                exchange.collect(max, this);
            } else {
                exchange.collectUpTo(max, this);
            }
            if (first.get()) {
                step.proceed(invocation); // it had arrived already
            } else {
                park();
            }
        }

        private void park() {
            if (share == null) {
                take(max + WAITING_BYTES);
            }
            invocation.completion().onComplete(Endpoint.routed(invocation).awaitsBody());
            Parked now = admitted();
            parked = now;
            if (!first.compareAndSet(false, true)) {
                boolean unused = now.resumeHere(this::resume); // it has arrived meanwhile
            }
        }

        private Parked admitted() {
            try {
                return bay.park(invocation, this::dueNanos, () -> receiver.refused(Problems.requestTimeout()));
            } catch (ProblemException full) {
                throw receiver.refused(full);
            }
        }

        private void take(long bytes) {
            BodyShare taken = new BodyShare(budget, caller(invocation));
            try {
                taken.take(bytes, "the body");
            } catch (ProblemException refusal) {
                throw receiver.refused(refusal);
            }
            share = taken;
            reserved = bytes;
            invocation.completion().onComplete(taken::release);
        }

        private long dueNanos() {
            return sinceNanos + allowanceNanos(invocation.exchange().arrivedBytes(), 0);
        }

        @Override
        public void reserve(int bytes) {
            BodyShare taken = share;
            if (taken != null && bytes > reserved) {
                taken.take(bytes - reserved, "the body");
                reserved = bytes;
            }
        }

        @Override
        public void complete(byte[] body) {
            end(passing -> {
                passing.collected(body);
                if (share != null) {
                    share.shrinkTo(body.length);
                }
                receiver.complete(passing, body);
            });
        }

        @Override
        public void exceeded() {
            end(receiver::larger);
        }

        @Override
        public void failed(Throwable cause) {
            ProblemException problem = cause instanceof ProblemException refusal
                    ? refusal
                    : cause instanceof TimeoutException
                            ? Problems.requestTimeout()
                            : ProblemException.badRequest("the body could not be read to its end");
            end(passing -> {
                throw receiver.refused(problem);
            });
        }

        private void end(Interceptor.Next how) {
            step = how;
            if (!first.compareAndSet(false, true)) {
                Parked waiting = parked;
                if (waiting != null) {
                    boolean unused = waiting.resumeHere(this::resume);
                }
            }
        }

        /** The deadline of the route runs from the end of the body. */
        private void resume(Invocation passing) {
            passing.timing().restart(deadlines.now());
            step.proceed(passing);
        }
    }
}
