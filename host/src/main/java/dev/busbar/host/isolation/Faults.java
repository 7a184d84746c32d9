package dev.busbar.host.isolation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The faults of one jar, collected so that its author learns of all of them at once. Used by one thread. */
final class Faults {
    private static final int MAX = 10;

    private final List<String> reasons = new ArrayList<>();
    private final Map<String, Integer> more = new LinkedHashMap<>();

    /** A check that returns something, or rejects the jar. */
    interface Check<T> {
        T run() throws InvalidPluginException;
    }

    /** Runs a check, and keeps the reason of its rejection. */
    <T> Optional<T> of(Check<T> check) {
        try {
            return Optional.of(check.run());
        } catch (InvalidPluginException e) {
            add(e.reason());
            return Optional.empty();
        }
    }

    List<String> reasons() {
        return List.copyOf(reasons);
    }

    void add(String reason) {
        reasons.add(reason);
    }

    /** Adds the first fault of a kind, and counts the others: a jar of many classes may have thousands of them. */
    void addFirst(String kind, String reason) {
        if (more.merge(kind, 0, (count, first) -> count + 1) == 0) {
            add(reason);
        }
    }

    /** @throws InvalidPluginException when there is a fault, with all of them */
    void throwIfAny() throws InvalidPluginException {
        if (reasons.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(reasons.subList(0, Math.min(reasons.size(), MAX)));
        int hidden = reasons.size()
                - shown.size()
                + more.values().stream().mapToInt(Integer::intValue).sum();
        if (hidden > 0) {
            shown.add(hidden + " more of its kind");
        }
        throw new InvalidPluginException(String.join("; ", shown));
    }
}
