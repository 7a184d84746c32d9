package dev.busbar.host;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes executors that write to the store. Stateless; called by the thread that closes the host. */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final long WRITER_END_SECONDS = 10;

    private Closing() {}

    /** Waits without interrupting: the embedded store closes its file when a writer is interrupted. */
    static void end(ExecutorService writer) {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(WRITER_END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("something is still being written to the store");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
