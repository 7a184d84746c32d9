package dev.busbar.drill;

import dev.busbar.rig.Samples;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * An honest caller that sends one request at a fixed rate, each on a new connection, and measures the time from the
 * connection to the response. Its thread runs until it is closed.
 */
final class Caller implements AutoCloseable {
    private final String name;
    private final int port;
    private final Wire.Call call;
    private final long periodNanos;
    private final Thread thread = new Thread(this::run);
    private final AtomicReference<Tally> tally = new AtomicReference<>(new Tally());
    private volatile boolean closed;

    /** The responses of one phase. */
    static final class Tally {
        final Samples nanos = new Samples();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicReference<String> failure = new AtomicReference<>("");
    }

    Caller(String name, int port, Wire.Call call, int perSecond) {
        this.name = name;
        this.port = port;
        this.call = call;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        thread.setDaemon(true);
        thread.start();
    }

    String name() {
        return name;
    }

    /** Begins a new phase; returns the responses of the one that ends. */
    Tally turn() {
        return tally.getAndSet(new Tally());
    }

    private void run() {
        long next = System.nanoTime();
        while (!closed) {
            send();
            next = Math.max(next + periodNanos, System.nanoTime() - periodNanos);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void send() {
        Tally now = tally.get();
        long begun = System.nanoTime();
        try (Wire wire = new Wire(port)) {
            Wire.Answer answer = wire.send(call);
            now.nanos.add(System.nanoTime() - begun);
            if (answer.status() != 200) {
                now.failed.incrementAndGet();
                now.failure.set(answer.status() + " " + answer.text());
            }
        } catch (IOException e) {
            now.failed.incrementAndGet();
            now.failure.set(e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
