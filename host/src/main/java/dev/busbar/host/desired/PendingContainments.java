package dev.busbar.host.desired;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

    /** One request of an action; equal actions may be pending more than once. */
    static final class Entry {
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

    /** The actions that are pending now, by plugin id, in the order of their requests. */
    Map<String, List<Entry>> all() {
        synchronized (lock) {
            return entries.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, plugin -> List.copyOf(plugin.getValue())));
        }
    }

    /**
     * Desired state of a plugin with the effects of the actions on it: of those that are pending now, and of those that
     * were before it was read, since their rows may be newer.
     *
     * @param before the actions that were pending before it was read
     * @param isApplicable whether an action could be applied to what the store has now
     */
    Desired applyTo(Desired stored, Map<String, List<Entry>> before, Predicate<Containment> isApplicable) {
        String id = stored.pluginId();
        Set<Entry> actions = new LinkedHashSet<>(before.getOrDefault(id, List.of()));
        synchronized (lock) {
            actions.addAll(entries.getOrDefault(id, List.of()));
        }
        Desired now = stored;
        for (Entry entry : actions) {
            if (isApplicable.test(entry.action)) {
                now = entry.action.applyTo(now);
            }
        }
        return now;
    }
}
