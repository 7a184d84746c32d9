package dev.busbar.host.generation;

import dev.busbar.host.entry.Entry;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.store.Fence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a task of a plugin. It has a lease since it was accepted, so that a generation drains when its accepted
 * tasks have run. A task that fails is logged, and ends neither its thread nor its schedule.
 *
 * @param then runs last, on the thread of the task, before the lease is released
 */
record TaskEntry(Generation generation, Kind kind, String label, Starter starter, Runnable task, Runnable then)
        implements Entry {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEntry.class);

    /**
     * The origin of a task.
     *
     * @param acting the identity that it runs under
     * @param fence the fence that its writes pass: that of the job which has started it
     */
    record Starter(Acting acting, Fence fence) {}

    @Override
    public Acting acting() {
        return starter.acting();
    }

    @Override
    public Pass pass() {
        return Pass.WITH_LEASE;
    }

    @Override
    public void run() {
        @Nullable Fence before = Fence.enter(starter.fence());
        try {
            task.run();
        } finally {
            @Nullable Fence unused = Fence.enter(before);
        }
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
