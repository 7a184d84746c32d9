package dev.busbar.host.generation;

import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Acting;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a task of a plugin. A task that fails is logged, and ends neither its thread nor its schedule.
 *
 * @param then runs last, on the thread of the task
 */
record TaskEntry(Generation generation, Kind kind, String label, Acting acting, Runnable task, Runnable then)
        implements Entry {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEntry.class);

    @Override
    public Pass pass() {
        return Pass.TAKES_LEASE;
    }

    @Override
    public void run() {
        task.run();
    }

    @Override
    public void failed(Throwable failure) {
        LOG.error("{}: {} failed", generation, label, failure);
    }

    @Override
    public void refused() {
        LOG.debug("{}: {} was not begun, because draining has", generation, label);
        if (task.getClass() == FutureTask.class) {
            // Who waits for it learns that it does not run; the cancel() of a subclass would be code of the plugin.
            ((FutureTask<?>) task).cancel(false);
        }
    }

    @Override
    public void left() {
        then.run();
    }
}
