package dev.busbar.host.limits;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The limits there are, and to whom they apply. Immutable.
 *
 * @param policies the policies by name
 * @param plans which policies a rate plan consists of, by its name; the plan {@value #USUAL} may be missing
 * @param subjects how many callers each policy remembers at most
 */
public record LimitSettings(Map<String, Policy> policies, Map<String, List<String>> plans, int subjects) {
    /** The plan of keys that name none, of tokens of other issuers, and of whoever is not known. */
    public static final String USUAL = "default";

    /** Copies what it is given. */
    public LimitSettings {
        policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        plans = Collections.unmodifiableMap(new LinkedHashMap<>(plans));
    }

    /** What is counted. */
    public enum Kind {
        /** Requests, given back evenly: {@code limit} in each {@code window}, up to {@code burst} at once. */
        RATE,
        /** Requests in a window, given back all at its end. */
        QUOTA,
        /** Requests under way. */
        CONCURRENCY
    }

    /** Who is counted apart from others; in the order in which limits are asked. */
    public enum By {
        /** A key with those that were rotated into it; whoever has none by what the next one says. */
        KEY,
        /** A principal, whatever its keys and tokens; whoever is not known by address. */
        PRINCIPAL,
        /** An address; an IPv6 one by its first 64 bits. */
        ADDRESS,
        /** All callers of a platform together. */
        PLATFORM
    }

    /**
     * One limit. Nothing of it is checked yet: {@link LimitCheck} does.
     *
     * @param limit how many; a route may count for more than one, except where those under way are counted
     * @param window in which time; empty for the usual one of its kind
     * @param burst how many at once, of a rate; empty for as many as the limit
     * @param platforms to which it applies, {@code host} for the host's own routes; empty for those of all plugins
     * @param enforce whether it refuses; else it only counts what it would have refused
     */
    public record Policy(
            Kind kind,
            long limit,
            Optional<Duration> window,
            Optional<Long> burst,
            By by,
            List<String> platforms,
            boolean enforce) {
        /** What holds where nothing is set; a limit has to be. */
        public static final Policy DEFAULTS =
                new Policy(Kind.RATE, 0, Optional.empty(), Optional.empty(), By.PRINCIPAL, List.of(), true);

        /** Copies the list. */
        public Policy {
            platforms = List.copyOf(platforms);
        }

        /** So many requests a second of each principal. */
        public static Policy perSecond(long limit) {
            return new Policy(Kind.RATE, limit, Optional.empty(), Optional.empty(), By.PRINCIPAL, List.of(), true);
        }

        /** The window that holds. */
        Duration time() {
            return window.orElse(kind == Kind.RATE ? Duration.ofSeconds(1) : Duration.ofDays(1));
        }

        /** How many may be taken at once where nobody has taken any. */
        long capacity() {
            return burst.orElse(limit);
        }

        /** Whether it applies to a platform. */
        boolean appliesTo(String platform) {
            return platforms.isEmpty() ? !platform.equals(LimitPlan.HOST) : platforms.contains(platform);
        }
    }

    /** The names that a key may have for its plan, in order. */
    public Set<String> planNames() {
        Set<String> names = new TreeSet<>(plans.keySet());
        names.add(USUAL);
        return names;
    }

    /** The policies of a plan; all there are of the usual one, where it is not set. */
    List<String> policiesOf(String plan) {
        return plans.getOrDefault(plan, List.copyOf(policies.keySet()));
    }
}
