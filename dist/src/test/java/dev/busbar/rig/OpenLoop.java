package dev.busbar.rig;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * An open loop of requests at a constant rate; latency is measured from when a request was due. Anything but the expected
 * response is a failure: another status or body, a broken connection, or a response of an older jar than one that had
 * responded before the request was sent.
 */
public final class OpenLoop implements AutoCloseable {
    private static final int PRINTED = 50;

    private final int port;
    private final LongFunction<LoadPlan.Planned> plan;
    private final long intervalNanos;
    private final long beginNanos = System.nanoTime();
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger printed = new AtomicInteger();
    private final AtomicLong newestServed = new AtomicLong();
    private final ConcurrentMap<String, AtomicInteger> reasons = new ConcurrentHashMap<>();
    private final Samples lagNanos = new Samples();
    private final AtomicInteger closedByServer = new AtomicInteger();
    private final Crew crew;
    private volatile Phase phase;

    /**
     * A load with a number of threads, started immediately.
     *
     * @param plan the request with a number; called by all threads
     */
    public OpenLoop(int port, LongFunction<LoadPlan.Planned> plan, int perSecond, int threads, Phase first) {
        this.port = port;
        this.plan = plan;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.phase = first;
        this.crew = new Crew("load", threads, this::work);
        crew.start();
    }

    /** Attributes requests due from now on to another phase. */
    public void enter(Phase another) {
        phase.end();
        phase = another;
    }

    private void work() {
        Wire kept = null;
        while (crew.isWanted()) {
            long number = next.getAndIncrement();
            long due = beginNanos + number * intervalNanos;
            LoadPlan.Planned planned = plan.apply(number);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (crew.isWanted()) {
                kept = perform(planned, due, kept);
            }
        }
        close(kept);
    }

    private Wire perform(LoadPlan.Planned planned, long due, Wire kept) {
        Phase mine = phase;
        mine.requests.incrementAndGet();
        lagNanos.add(System.nanoTime() - due);
        long atLeast = newestServed.get();
        Wire wire = planned.fresh() ? null : kept;
        try {
            if (wire == null) {
                wire = new Wire(port);
            }
            Wire.Answer answer = wire.send(planned.call());
            mine.nanos(planned.kind()).add(System.nanoTime() - due);
            String wrong = wrong(planned, answer, atLeast);
            if (!wrong.isEmpty()) {
                failed(mine, planned, wrong);
            }
        } catch (IOException | RuntimeException e) {
            failed(mine, planned, e.toString());
            close(wire);
            return planned.fresh() ? kept : null;
        }
        if (planned.fresh()) {
            wire.close();
            return kept;
        }
        if (wire.isClosedByServer()) {
            closedByServer.incrementAndGet();
            wire.close();
            return null;
        }
        return wire;
    }

    private String wrong(LoadPlan.Planned planned, Wire.Answer answer, long atLeast) {
        if (answer.status() != 200) {
            return "status " + answer.status() + " " + answer.text().replaceAll("\\s+", " ");
        }
        if (planned.versioned()) {
            long serial = Long.parseLong(answer.fields().getOrDefault("x-serial", "-1"));
            newestServed.accumulateAndGet(serial, Math::max);
            if (serial < atLeast) {
                return "response of an older jar than an earlier response";
            }
        }
        return Arrays.equals(answer.body(), planned.expected()) ? "" : "another body";
    }

    private void failed(Phase mine, LoadPlan.Planned planned, String reason) {
        mine.failed.incrementAndGet();
        String kind = reason.replaceFirst(",\"instance\".*", "");
        reasons.computeIfAbsent(kind, key -> new AtomicInteger()).incrementAndGet();
        if (printed.incrementAndGet() <= PRINTED) {
            Report.progress("FAILED in " + mine.name + ", serial " + newestServed + ": "
                    + planned.call().method() + " " + planned.call().path()
                    + (planned.fresh() ? " new: " : " keep-alive: ")
                    + reason);
        }
    }

    private static void close(Wire wire) {
        if (wire != null) {
            wire.close();
        }
    }

    /** Causes of failures with their counts. */
    public Map<String, AtomicInteger> reasons() {
        return reasons;
    }

    /** The delay in sending requests, caused by the load generator. */
    public Samples lagNanos() {
        return lagNanos;
    }

    /** The number of keep-alive connections that the server closed after a response, as it may. */
    public int closedByServer() {
        return closedByServer.get();
    }

    /** Waits for the requests in flight. */
    @Override
    public void close() {
        phase.end();
        crew.close();
    }
}
