package dev.busbar.host.limits;

import dev.busbar.host.contract.Owner;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configured limits, with the plans that combine them. Immutable.
 *
 * @param policies the policies by name
 * @param plans the names of the policies of each rate plan; the plan {@value #DEFAULT_PLAN} may be missing
 * @param subjects the maximum of subjects that each policy remembers
 */
public record LimitSettings(Map<String, Policy> policies, Map<String, List<String>> plans, int subjects) {
    /** The plan of keys without one, of tokens of other issuers, and of anonymous callers. */
    public static final String DEFAULT_PLAN = "default";

    /** Copies the maps. */
    public LimitSettings {
        policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        plans = Collections.unmodifiableMap(new LinkedHashMap<>(plans));
    }

    /** The quantity that is counted. */
    public enum Kind {
        /** Requests, refilled evenly: {@code limit} in each {@code window}, up to {@code burst} at once. */
        RATE,
        /** Requests in a window, refilled all at its end. */
        QUOTA,
        /** Requests in flight. */
        CONCURRENCY
    }

    /** The subject of a limit, in the order in which limits are asked. */
    public enum By {
        /** A key with those that were rotated into it; a caller without one by {@link #PRINCIPAL}. */
        KEY,
        /** A principal with all its keys and tokens; an anonymous caller by address. */
        PRINCIPAL,
        /** A client address; the first 64 bits of an IPv6 address. */
        ADDRESS,
        /** All callers of a platform together. */
        PLATFORM
    }

    /**
     * One limit, not validated yet: {@link LimitCheck} does that.
     *
     * @param limit how many requests; a route may cost more than one, except for {@link Kind#CONCURRENCY}
     * @param window the time; empty for the default of its kind
     * @param burst the capacity of a rate; empty for the limit
     * @param platforms the platforms that it applies to, {@code host} for the host's own routes; empty for all plugins
     * @param enforce whether it rejects; otherwise it counts what it would have rejected
     */
    public record Policy(
            Kind kind,
            long limit,
            Optional<Duration> window,
            Optional<Long> burst,
            By by,
            List<String> platforms,
            boolean enforce) {
        /** The values of keys that are not set; a limit has to be. */
        public static final Policy DEFAULTS =
                new Policy(Kind.RATE, 0, Optional.empty(), Optional.empty(), By.PRINCIPAL, List.of(), true);

        /** Copies the list. */
        public Policy {
            platforms = List.copyOf(platforms);
        }

        /** A rate for each principal. */
        public static Policy perSecond(long limit) {
            return new Policy(Kind.RATE, limit, Optional.empty(), Optional.empty(), By.PRINCIPAL, List.of(), true);
        }

        /** The window in force. */
        Duration time() {
            return window.orElse(kind == Kind.RATE ? Duration.ofSeconds(1) : Duration.ofDays(1));
        }

        /** The capacity of a full bucket. */
        long capacity() {
            return burst.orElse(limit);
        }

        /** Returns whether it applies to a platform. */
        boolean appliesTo(String platform) {
            return platforms.isEmpty() ? !platform.equals(Owner.HOST_ID) : platforms.contains(platform);
        }
    }

    /** The names that a key may have for its plan, in order. */
    public Set<String> planNames() {
        Set<String> names = new TreeSet<>(plans.keySet());
        names.add(DEFAULT_PLAN);
        return names;
    }

    /** The policies of a plan; all of them for the default plan, where it is not configured. */
    List<String> policiesOf(String plan) {
        return plans.getOrDefault(plan, List.copyOf(policies.keySet()));
    }
}
