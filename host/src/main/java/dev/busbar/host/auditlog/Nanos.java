package dev.busbar.host.auditlog;

import java.time.Instant;

/** Instants as nanoseconds since 1970 UTC, which lasts until 2262. Stateless. */
final class Nanos {
    private static final long SECOND = 1_000_000_000L;

    private Nanos() {}

    /** What is beyond the range counts as its end. */
    static long of(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static Instant toInstant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }
}
