package dev.busbar.rig;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends one request again and again over so many connections, as fast as it is answered; counts what comes back. */
public final class Repeater implements AutoCloseable {
    private static final long JOIN_MILLIS = 30_000;

    private final int port;
    private final Wire.Call call;
    private final long pauseMillis;
    private final ConcurrentMap<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * One that begins now.
     *
     * @param pauseMillis how long each connection waits after an answer
     */
    public Repeater(int port, Wire.Call call, int connections, long pauseMillis) {
        this.port = port;
        this.call = call;
        this.pauseMillis = pauseMillis;
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(this::repeat, "repeat-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void repeat() {
        while (!stopping) {
            try (Wire wire = new Wire(port)) {
                while (!stopping && !wire.isClosedByServer()) {
                    count(Integer.toString(wire.send(call).status()));
                    if (pauseMillis > 0) {
                        ServerProcess.pause(pauseMillis);
                    }
                }
            } catch (IOException e) {
                count(e.toString());
            }
        }
    }

    private void count(String what) {
        answers.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
    }

    /** How often each status was answered, or what went wrong with a connection. */
    public Map<String, AtomicInteger> answers() {
        return answers;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
