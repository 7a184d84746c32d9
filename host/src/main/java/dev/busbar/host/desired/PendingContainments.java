package dev.busbar.host.desired;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The containment actions of this node that the store may not have yet. Each is in force on this node from its request
 * until the audit trail has settled it, that is, committed it or found that it cannot be applied. A row of the
 * store settles nothing: the revision of a transaction that was rolled back is used again, by any node. Thread-safe.
 */
final class PendingContainments {
    private final Object lock = new Object();
    private final Map<String, List<Entry>> entries = new HashMap<>();

    /**
     * A row that a containment action has written, perhaps in a transaction that was not committed.
     *
     * @param onSeen whether it was made on top of what this node had seen; if not, the change of another node below it is
     *     still to be followed
     */
    record Written(DesiredStore.Stored row, boolean onSeen) {}

    private static final class Entry {
        private final Containment action;
        private @Nullable Written written;

        Entry(Containment action) {
            this.action = action;
        }
    }

    void add(Containment action) {
        synchronized (lock) {
            entries.computeIfAbsent(action.pluginId(), id -> new ArrayList<>()).add(new Entry(action));
        }
    }

    /** Remembers the row that an action has written in a transaction that is not committed yet. */
    void wrote(Containment action, Written written) {
        synchronized (lock) {
            find(action).ifPresent(entry -> entry.written = written);
        }
    }

    /** The row that an action has written before; it may be applied more than once. */
    Optional<Written> written(Containment action) {
        synchronized (lock) {
            return find(action).map(entry -> entry.written);
        }
    }

    /** Removes an action that is settled; returns the row that it has written last, if it is pending and wrote one. */
    Optional<Written> settle(Containment action) {
        synchronized (lock) {
            Optional<Entry> settled = find(action);
            settled.ifPresent(entry -> remove(action.pluginId(), entry));
            return settled.map(entry -> entry.written);
        }
    }

    /** The action that is settled first among equal ones: they are stored in the order of their requests. */
    private Optional<Entry> find(Containment action) {
        return entries.getOrDefault(action.pluginId(), List.of()).stream()
                .filter(entry -> entry.action.equals(action))
                .findFirst();
    }

    private void remove(String pluginId, Entry entry) {
        List<Entry> all = entries.get(pluginId);
        if (all != null) {
            all.remove(entry);
            if (all.isEmpty()) {
                entries.remove(pluginId);
            }
        }
    }

    /** Drops the actions on a plugin that this node has changed after them. */
    void drop(String pluginId) {
        synchronized (lock) {
            entries.remove(pluginId);
        }
    }

    /** Returns whether an action on a plugin is pending. */
    boolean isPending(String pluginId) {
        synchronized (lock) {
            return entries.containsKey(pluginId);
        }
    }

    /**
     * Desired state of a plugin with the effects of the pending actions on it.
     *
     * @param isApplicable whether an action could be applied to what the store has now
     */
    Desired applyTo(Desired stored, Predicate<Containment> isApplicable) {
        List<Containment> pending;
        synchronized (lock) {
            pending = entries.getOrDefault(stored.pluginId(), List.of()).stream()
                    .map(entry -> entry.action)
                    .toList();
        }
        Desired now = stored;
        for (Containment action : pending) {
            if (isApplicable.test(action)) {
                now = action.applyTo(now);
            }
        }
        return now;
    }
}
