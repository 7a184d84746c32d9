package dev.busbar.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The target state of one plugin as documented. Immutable.
 *
 * @param history the previous versions, ending with the current one unless it was a rollback
 */
record Wanted(Run now, boolean enabled, List<Run> history) {
    /** The number of versions that are kept, {@code swap.keep}. */
    static final int KEPT = 5;

    /**
     * A jar with a configuration.
     *
     * @param change the number in the configuration; 0 for none
     */
    record Run(int serial, int change) {}

    /** A newly installed plugin. */
    static Wanted first(int serial) {
        Run run = new Run(serial, 0);
        return new Wanted(run, true, List.of(run));
    }

    /** The target state after a change; empty if the change is rejected. */
    Optional<Wanted> after(Change change) {
        return switch (change.kind()) {
            case INSTALL -> install(change.value());
            case CONFIGURE -> Optional.of(on(new Run(now.serial(), change.value())));
            case ROLLBACK -> enabled ? back() : Optional.empty();
            case DISABLE -> Optional.of(new Wanted(now, false, history));
            case ENABLE -> Optional.of(new Wanted(now, true, history));
        };
    }

    private Optional<Wanted> install(int serial) {
        if (serial == now.serial()) {
            return Optional.of(this);
        }
        return serial < now.serial() ? Optional.empty() : Optional.of(on(new Run(serial, now.change())));
    }

    private Wanted on(Run next) {
        List<Run> all = new ArrayList<>(history);
        all.add(next);
        return new Wanted(next, enabled, List.copyOf(all.subList(Math.max(0, all.size() - KEPT), all.size())));
    }

    private Optional<Wanted> back() {
        for (int i = history.size() - 1; i >= 0; i--) {
            if (!history.get(i).equals(now)) {
                return Optional.of(new Wanted(history.get(i), true, List.copyOf(history.subList(0, i + 1))));
            }
        }
        return Optional.empty();
    }
}
