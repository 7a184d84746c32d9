package dev.busbar.rig;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends one request repeatedly over a number of connections as fast as it is answered, without limit or up to a maximum,
 * and counts the responses.
 */
public final class Repeater implements AutoCloseable {
    /** No limit: until closed. */
    public static final int WITHOUT_END = Integer.MAX_VALUE;

    private final int port;
    private final Wire.Call call;
    private final AtomicInteger left;
    private final ConcurrentMap<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Crew crew;

    /**
     * A repeater that starts now.
     *
     * @param max the max number of requests over all connections
     */
    public Repeater(int port, Wire.Call call, int connections, int max) {
        this.port = port;
        this.call = call;
        this.left = new AtomicInteger(max);
        this.crew = new Crew("repeat", connections, this::repeat);
        crew.start();
    }

    private void repeat() {
        while (isWanted()) {
            try (Wire wire = new Wire(port)) {
                while (isWanted() && !wire.isClosedByServer()) {
                    if (left.getAndDecrement() > 0) {
                        count(Integer.toString(wire.send(call).status()));
                    }
                }
            } catch (IOException e) {
                count(e.toString());
            }
        }
    }

    private boolean isWanted() {
        return crew.isWanted() && left.get() > 0;
    }

    private void count(String what) {
        answers.computeIfAbsent(what, any -> new AtomicInteger()).incrementAndGet();
    }

    /** The number of responses by status, and of connection errors by cause. */
    public Map<String, AtomicInteger> answers() {
        return answers;
    }

    @Override
    public void close() {
        crew.close();
    }
}
