package dev.busbar.rig;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends one request again and again over so many connections, as fast as it is answered, or so many times and no more;
 * counts what comes back.
 */
public final class Repeater implements AutoCloseable {
    /** Until it is closed. */
    public static final int WITHOUT_END = Integer.MAX_VALUE;

    private final int port;
    private final Wire.Call call;
    private final AtomicInteger left;
    private final ConcurrentMap<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Crew crew;

    /**
     * One that begins now.
     *
     * @param most how often it is sent over all connections together
     */
    public Repeater(int port, Wire.Call call, int connections, int most) {
        this.port = port;
        this.call = call;
        this.left = new AtomicInteger(most);
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

    /** How often each status was answered, or what went wrong with a connection. */
    public Map<String, AtomicInteger> answers() {
        return answers;
    }

    @Override
    public void close() {
        crew.close();
    }
}
