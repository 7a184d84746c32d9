package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log. Any thread may offer a line and never waits: a line is dropped and counted if the queue is full. One
 * thread, created by {@code Host}, runs this and writes lines in batches, without buffering beyond a batch. While the
 * file cannot be written, lines are dropped and counted as well.
 */
public final class AccessLog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final String DROPPED = "busbar.access.log.dropped";
    private static final String DROPPED_HELP = "Lines of the access log that were not written";
    private static final int BATCH = 1_024;
    private static final int PART_BYTES = 64 << 10;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long a line may wait for a batch; polling means that a producer never has to wake the writer. */
    private static final long PAUSE_MILLIS = 25;

    private final boolean enabled;
    private final ArrayBlockingQueue<AccessLine> queue;
    private final AccessLogFile file;
    private final LongSupplier nanoTime;
    private final Meters.Count full;
    private final Meters.Count unwritten;
    private final AccessLineEncoder encoder = new AccessLineEncoder();
    private final LineBuffer buffer = new LineBuffer();
    private final List<AccessLine> batch = new ArrayList<>(BATCH);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private int buffered;
    private long lost;
    private long failedNanos;

    /**
     * A log that is written while it {@linkplain #run runs}.
     *
     * @param folder the folder of its files
     * @param meters the meters that count dropped lines
     */
    public AccessLog(AccessLogSettings settings, Path folder, Meters meters) {
        this(
                settings,
                new AccessLogFile(folder, settings.maxFileBytes(), settings.keepFiles()),
                meters,
                System::nanoTime);
    }

    AccessLog(AccessLogSettings settings, AccessLogFile file, Meters meters, LongSupplier nanoTime) {
        this.enabled = settings.enabled();
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.file = file;
        this.nanoTime = nanoTime;
        this.full = meters.count(DROPPED, DROPPED_HELP, "reason", "queue_full");
        this.unwritten = meters.count(DROPPED, DROPPED_HELP, "reason", "not_written");
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Queues a line, or drops it. Never waits. */
    void offer(AccessLine line) {
        if (!queue.offer(line)) {
            full.increment();
        }
    }

    /**
     * Writes lines until the log is {@linkplain #close closed} and all are written; called once, on a dedicated thread,
     * if the log is enabled.
     */
    @Override
    public void run() {
        try {
            boolean over = false;
            while (!over) {
                over = queue.size() < BATCH && closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                writeQueued();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("the access log ends early: its thread was interrupted");
        } finally {
            closeFile();
            ended.countDown();
        }
    }

    /** Writes all lines queued at this moment. */
    void writeQueued() {
        int left = queue.size();
        while (left > 0) {
            int taken = queue.drainTo(batch, Math.min(left, BATCH));
            left = taken == 0 ? 0 : left - taken;
            for (AccessLine line : batch) {
                encoder.encode(line, buffer);
                buffered++;
                if (buffer.length() >= PART_BYTES) {
                    writeBuffer();
                }
            }
            batch.clear();
        }
        writeBuffer();
    }

    private void writeBuffer() {
        if (buffered == 0) {
            return;
        }
        if (lost > 0 && nanoTime.getAsLong() - failedNanos < RETRY_NANOS) {
            drop();
        } else {
            try {
                file.append(buffer.content());
                recovered();
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }
        buffer.clear();
        buffered = 0;
    }

    private void failed(Exception failure) {
        if (lost == 0) {
            LOG.warn("the access log cannot be written ({}); dropping lines until it can", failure.toString());
        }
        failedNanos = nanoTime.getAsLong();
        drop();
    }

    private void drop() {
        lost += buffered;
        for (int i = 0; i < buffered; i++) {
            unwritten.increment();
        }
    }

    private void recovered() {
        if (lost > 0) {
            LOG.info("the access log can be written again; {} lines were dropped", lost);
            lost = 0;
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("the access log could not be closed ({})", e.toString());
        }
    }

    /**
     * Closes the log: waits until all queued lines are written, at most this long; called once, after the last request
     * was answered.
     */
    public void close(Duration limit) {
        closing.countDown();
        try {
            if (enabled && !ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("{} lines of the access log were not written within {}", queue.size(), limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("stopping without waiting for the access log");
        }
    }
}
