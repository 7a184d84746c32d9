package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The target that a plugin has not reached yet and that is retried automatically: at a publish when it waits for a
 * platform, with exponential backoff when its start has failed. Confined to the thread that decides.
 */
final class PendingTarget {
    private static final int MAX_DOUBLINGS = 20;

    private final LifecycleSettings.Retry settings;
    private final LifecycleThread thread;
    private final Runnable retry;
    private @Nullable Target target;
    private boolean behind;
    private @Nullable Future<?> alarm;
    private int attempts;

    /** @param retry submits a retry; called on the thread that decides */
    PendingTarget(LifecycleSettings.Retry settings, LifecycleThread thread, Runnable retry) {
        this.settings = settings;
        this.thread = thread;
        this.retry = retry;
    }

    Optional<Target> target() {
        return Optional.ofNullable(target);
    }

    /** The target waits for a publish. */
    void await(Target value) {
        clear();
        target = value;
    }

    /**
     * The target is retried after a pause.
     *
     * @return the pause
     */
    Duration retry(Target value) {
        clear();
        target = value;
        return pause();
    }

    /**
     * What serves on this node is not what shall run: desired state is looked at again after a pause.
     *
     * @return the pause
     */
    Duration retryBehind() {
        clear();
        behind = true;
        return pause();
    }

    /** Returns whether desired state is to be looked at again, whatever it is by then. */
    boolean isBehind() {
        return behind;
    }

    private Duration pause() {
        Duration next = settings.first().multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS));
        attempts++;
        Duration bounded = next.compareTo(settings.max()) < 0 ? next : settings.max();
        alarm = thread.after(bounded, retry);
        return bounded;
    }

    /** A target was reached, so that the backoff begins again at the next failure. */
    void reached() {
        clear();
        attempts = 0;
    }

    void clear() {
        target = null;
        behind = false;
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    /** The platforms that the target requires. */
    List<String> requires() {
        return target == null
                ? List.of()
                : target.artifact().terms().requirements().stream()
                        .filter(requirement -> !requirement.optional())
                        .map(Requirement::platform)
                        .toList();
    }
}
