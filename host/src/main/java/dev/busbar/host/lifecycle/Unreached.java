package dev.busbar.host.lifecycle;

import dev.busbar.host.isolation.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The goal that a plugin has not reached yet and that is tried again by itself: at a publish when it waits for a
 * platform, after ever longer pauses when its start has failed. Confined to the thread that decides.
 */
final class Unreached {
    private static final int MOST_DOUBLINGS = 20;

    private final String id;
    private final Decider decider;
    private @Nullable Goal goal;
    private boolean behind;
    private @Nullable Future<?> alarm;
    private int attempts;

    Unreached(String id, Decider decider) {
        this.id = id;
        this.decider = decider;
    }

    Optional<Goal> goal() {
        return Optional.ofNullable(goal);
    }

    /** It waits for a publish. */
    void await(Goal value) {
        forget();
        goal = value;
    }

    /**
     * It is tried again after a pause.
     *
     * @return the pause
     */
    Duration retry(Goal value) {
        forget();
        goal = value;
        return pause();
    }

    /**
     * What serves here is not what desired state wants: that is looked at again after a pause.
     *
     * @return the pause
     */
    Duration retryBehind() {
        forget();
        behind = true;
        return pause();
    }

    /** Whether desired state is to be looked at again, whatever it wants by then. */
    boolean isBehind() {
        return behind;
    }

    private Duration pause() {
        LifecycleSettings.Retry retry = decider.retry();
        Duration next = retry.first().multipliedBy(1L << Math.min(attempts, MOST_DOUBLINGS));
        attempts++;
        Duration bounded = next.compareTo(retry.longest()) < 0 ? next : retry.longest();
        alarm = decider.later(id, bounded);
        return bounded;
    }

    /** A goal was reached; the next failure is the first again. */
    void reached() {
        forget();
        attempts = 0;
    }

    void forget() {
        goal = null;
        behind = false;
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    /** The platforms that it cannot do without. */
    List<String> requires() {
        return goal == null
                ? List.of()
                : goal.artifact().terms().requirements().stream()
                        .filter(requirement -> !requirement.optional())
                        .map(Requirement::platform)
                        .toList();
    }
}
