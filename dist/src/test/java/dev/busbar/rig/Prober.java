package dev.busbar.rig;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Polls for the responding jar every millisecond over its own connection until a new one responds. */
public final class Prober {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int port;

    /** A prober of the server at a port. */
    public Prober(int port) {
        this.port = port;
    }

    /** Waits for a response of this jar or a newer one; returns its time. */
    public long await(long serial) throws IOException {
        long limit = System.nanoTime() + LIMIT_NANOS;
        try (Wire wire = new Wire(port)) {
            while (System.nanoTime() < limit) {
                Wire.Answer answer = wire.send(Wire.get("/api/swap/serial"));
                long now = System.nanoTime();
                if (answer.status() == 200 && Long.parseLong(answer.text()) >= serial) {
                    return now;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        throw new IllegalStateException("serial " + serial + " was not served within 30 s");
    }
}
