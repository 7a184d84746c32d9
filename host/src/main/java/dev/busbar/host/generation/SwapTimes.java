package dev.busbar.host.generation;

/** The times of the steps of one swap. Written by the lane and by the thread that decides, read by any. */
final class SwapTimes {
    private volatile long begunNanos;
    private volatile long loadedNanos;
    private volatile long startedNanos;
    private volatile long checkedNanos;
    private volatile long publishedNanos;

    void begin() {
        begunNanos = System.nanoTime();
    }

    void loaded() {
        loadedNanos = System.nanoTime();
    }

    void started() {
        startedNanos = System.nanoTime();
    }

    void checked() {
        checkedNanos = System.nanoTime();
    }

    void published() {
        publishedNanos = System.nanoTime();
    }

    boolean isPublished() {
        return publishedNanos != 0;
    }

    GenerationView.Steps steps() {
        return new GenerationView.Steps(
                micros(begunNanos, loadedNanos),
                micros(loadedNanos, startedNanos),
                micros(startedNanos, checkedNanos),
                micros(checkedNanos, publishedNanos));
    }

    private static long micros(long from, long to) {
        return from == 0 || to == 0 ? 0 : (to - from) / 1_000;
    }
}
