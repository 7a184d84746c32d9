package dev.busbar.host.limits;

import dev.busbar.host.contract.Owner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The limits of a rate plan, sorted by platform once. Immutable. */
final class LimitPlan {
    private final Map<String, Limits> named = new HashMap<>();
    private final Limits others;

    /**
     * Limits that apply together.
     *
     * @param enforced the limits that reject, the narrowest subject first: a caller over its own limit takes nothing of a
     *     shared one
     * @param shadow the limits that only count
     * @param announced the header {@code RateLimit-Policy}
     */
    record Limits(List<Limit> enforced, List<Limit> shadow, String announced) {
        static Limits of(List<Limit> limits) {
            List<Limit> sorted =
                    limits.stream().sorted(Comparator.comparing(Limit::by)).toList();
            List<Limit> enforced = sorted.stream().filter(Limit::isEnforced).toList();
            return new Limits(
                    enforced,
                    sorted.stream().filter(limit -> !limit.isEnforced()).toList(),
                    enforced.stream().map(Limit::announced).collect(Collectors.joining(", ")));
        }

        boolean isEmpty() {
            return enforced.isEmpty() && shadow.isEmpty();
        }
    }

    LimitPlan(List<Limit> limits, Set<String> platforms) {
        Set<String> apart = new HashSet<>(platforms);
        apart.add(Owner.HOST_ID);
        apart.forEach(platform -> named.put(platform, applying(limits, platform)));
        others = applying(limits, "");
    }

    private static Limits applying(List<Limit> limits, String platform) {
        return Limits.of(
                limits.stream().filter(limit -> limit.appliesTo(platform)).toList());
    }

    /** The limits for a platform. */
    Limits of(String platform) {
        return named.getOrDefault(platform, others);
    }
}
