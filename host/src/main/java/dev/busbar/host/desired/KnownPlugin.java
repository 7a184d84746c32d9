package dev.busbar.host.desired;

import dev.busbar.host.desired.DesiredStore.Stored;
import java.util.List;
import java.util.Optional;

/**
 * The last change of one plugin that this node has made or accepted. Immutable.
 *
 * @param revision the revision of that change
 * @param desired desired state since; empty where the plugin was removed
 * @param history the history of the plugin as it was last read, latest first; empty where it never was
 */
record KnownPlugin(long revision, Optional<Desired> desired, Optional<List<Desired>> history) {
    static KnownPlugin present(Desired desired, long revision) {
        return new KnownPlugin(revision, Optional.of(desired), Optional.empty());
    }

    static KnownPlugin removed(long revision) {
        return new KnownPlugin(revision, Optional.empty(), Optional.empty());
    }

    KnownPlugin withHistory(List<Desired> value) {
        return new KnownPlugin(revision, desired, Optional.of(List.copyOf(value)));
    }

    /** A later change of the plugin, with the history until that is read again. */
    KnownPlugin next(KnownPlugin later) {
        return new KnownPlugin(later.revision, later.desired, later.history.or(() -> history));
    }

    /** Returns whether the plugin is there, and a row of it is newer. */
    boolean isBefore(Stored row) {
        return desired.isPresent() && revision < row.revision();
    }

    /** Knowledge for a store that has gone back to a revision: whatever that has now counts as changed. */
    KnownPlugin notAfter(long revisionOfStore) {
        return new KnownPlugin(Math.min(revision, revisionOfStore), desired, history);
    }

    /** The revision at which the row of the plugin must be for this node to change it; 0 where it must have none. */
    long revisionOfRow() {
        return desired.isPresent() ? revision : 0;
    }

    /**
     * Returns whether a row was changed since. A row that is older although it was read later is one of a store that has
     * gone back in time.
     */
    boolean isNews(Stored stored) {
        if (stored.revision() > revision) {
            return true;
        }
        if (stored.asOf() < revision) {
            return false; // it was read before that change
        }
        return stored.revision() < revision
                || desired.filter(stored.desired()::equals).isEmpty();
    }
}
