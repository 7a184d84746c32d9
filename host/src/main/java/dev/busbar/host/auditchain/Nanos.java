package dev.busbar.host.auditchain;

import java.time.Instant;

/** Instants as nanoseconds since 1970 UTC, which lasts until 2262. Stateless. */
final class Nanos {
    private static final long SECOND = 1_000_000_000L;

    private Nanos() {}

    /** The nanoseconds of an instant; one beyond the range has those of the end of the range. */
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
