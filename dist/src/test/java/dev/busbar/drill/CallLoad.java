package dev.busbar.drill;

import dev.busbar.rig.Crew;
import dev.busbar.rig.Samples;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A constant rate of requests to one path, with their results. Thread-safe. */
final class CallLoad implements AutoCloseable {
    static final List<String> HEAD =
            List.of("route", "requests", "200", "success %", "failed outside", "unclean", "p50 ms", "p99 ms", "max ms");

    private static final int THREADS = 20;
    private static final long LATE_NANOS = 2_500_000_000L; // a deadline of 2 s, plus the tolerance of the watchdog

    private final int port;
    private final String path;
    private final long intervalNanos;
    private final CallsDrill.Absences absences;
    private final long begin = System.nanoTime();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong all = new AtomicLong();
    private final AtomicLong outside = new AtomicLong();
    private final AtomicLong unclean = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final Samples nanos = new Samples();
    private final Map<String, Integer> others = new TreeMap<>();
    private final Crew crew;

    CallLoad(int port, String path, int perSecond, CallsDrill.Absences absences) {
        this.port = port;
        this.path = path;
        this.intervalNanos = 1_000_000_000L / perSecond;
        this.absences = absences;
        this.crew = new Crew("calls", THREADS, this::work);
        crew.start();
    }

    private void work() {
        while (crew.isWanted()) {
            try (Wire wire = new Wire(port)) {
                while (crew.isWanted() && !wire.isClosedByServer()) {
                    ask(wire);
                }
            } catch (IOException e) {
                all.incrementAndGet();
                unclean.incrementAndGet();
                count(e.toString());
            }
        }
    }

    private void ask(Wire wire) throws IOException {
        long due = begin + next.getAndIncrement() * intervalNanos;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        long sent = System.nanoTime();
        Wire.Answer answer = wire.send(Wire.get(path));
        long came = System.nanoTime();
        all.incrementAndGet();
        nanos.add(came - sent);
        if (came - sent > LATE_NANOS) {
            late.incrementAndGet();
        }
        if (answer.status() == 200 && answer.text().equals("value")) {
            good.incrementAndGet();
            return;
        }
        count(answer.status() + " " + answer.text().replaceFirst(".*problem:([a-z-]+)\".*", "$1"));
        if (!absences.overlap(sent, came)) {
            outside.incrementAndGet();
        }
        boolean clean = answer.status() >= 500
                && answer.fields().getOrDefault("content-type", "").equals("application/problem+json")
                && answer.text().contains("correlationId");
        if (!clean) {
            unclean.incrementAndGet();
        }
    }

    private void count(String what) {
        synchronized (others) {
            others.merge(what, 1, Integer::sum);
        }
    }

    double successRate() {
        return good.get() / (double) Math.max(1, all.get());
    }

    long failed() {
        return all.get() - good.get();
    }

    long failedOutside() {
        return outside.get();
    }

    long unclean() {
        return unclean.get();
    }

    long late() {
        return late.get();
    }

    Map<String, Integer> others() {
        synchronized (others) {
            return new TreeMap<>(others);
        }
    }

    List<String> row(String name) {
        return List.of(
                name,
                Long.toString(all.get()),
                Long.toString(good.get()),
                String.format(Locale.ROOT, "%.3f", 100 * successRate()),
                Long.toString(outside.get()),
                Long.toString(unclean.get()),
                nanos.millis(50),
                nanos.millis(99),
                nanos.millis(100));
    }

    @Override
    public void close() {
        crew.close();
    }
}
