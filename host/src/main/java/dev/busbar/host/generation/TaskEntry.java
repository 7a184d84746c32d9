package dev.busbar.host.generation;

import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Acting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a task of a plugin. It has a lease since it was accepted, so that a generation drains when its accepted
 * tasks have run. A task that fails is logged, and ends neither its thread nor its schedule.
 *
 * @param then runs last, on the thread of the task, before the lease is released
 */
record TaskEntry(Generation generation, Kind kind, String label, Acting acting, Runnable task, Runnable then)
        implements Entry {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEntry.class);

    @Override
    public Pass pass() {
        return Pass.WITH_LEASE;
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
        LOG.debug("{}: {} was dropped at the drain limit", generation, label);
        DroppedTask.tell(task, "generation " + generation + " is closed: " + label + " was dropped");
    }

    @Override
    public void left() {
        try {
            then.run();
        } finally {
            generation.release();
        }
    }
}
