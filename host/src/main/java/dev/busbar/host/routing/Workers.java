package dev.busbar.host.routing;

/** The threads that run one generation's code; made by {@code lifecycle}. May be called from any thread. */
@FunctionalInterface
public interface Workers {
    /** Runs a task on the thread that offers it: for the host's own cheap routes. */
    Workers INLINE = task -> {
        task.run();
        return true;
    };

    /** Offers a task to be run soon; returns false when all threads are busy and the queue is full. */
    boolean offer(Runnable task);
}
