package dev.busbar.host.limits;

import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Validation of the configured limits, which reports every fault. Confined to one thread. */
public final class LimitCheck {
    private static final long MAX_LIMIT = 1_000_000_000;
    private static final Duration MAX_WINDOW = Duration.ofDays(31);
    private static final int MIN_SUBJECTS = 1_000;
    private static final int MAX_SUBJECTS = 10_000_000;
    private static final Pattern PLATFORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final LimitSettings settings;
    private final Set<String> named;
    private final BiConsumer<String, String> fault;

    private LimitCheck(LimitSettings settings, Set<String> named, BiConsumer<String, String> fault) {
        this.settings = settings;
        this.named = named;
        this.fault = fault;
    }

    /**
     * Validates settings.
     *
     * @param named the names of all configured policies, including those that could not be read
     * @param fault receives a key, such as {@code limits.daily.limit}, and the expectation
     */
    public static void check(LimitSettings settings, Set<String> named, BiConsumer<String, String> fault) {
        LimitCheck check = new LimitCheck(settings, named, fault);
        settings.policies().forEach(check::policy);
        settings.plans().forEach(check::plan);
        named.forEach(check::used);
        check.expect(
                settings.plans().isEmpty() || settings.plans().containsKey(LimitSettings.DEFAULT_PLAN),
                "plans." + LimitSettings.DEFAULT_PLAN + ".policies",
                "the policies of keys without a plan, because there are plans");
        check.expect(
                settings.subjects() >= MIN_SUBJECTS && settings.subjects() <= MAX_SUBJECTS,
                "limits.subjects",
                MIN_SUBJECTS + " to " + MAX_SUBJECTS);
    }

    private void policy(String name, Policy policy) {
        String section = "limits." + name + ".";
        expect(policy.limit() >= 1 && policy.limit() <= MAX_LIMIT, section + "limit", "1 to " + MAX_LIMIT);
        if (policy.kind() == Kind.CONCURRENCY) {
            expect(policy.window().isEmpty(), section + "window", "nothing, because concurrency has no window");
        } else {
            Duration window = policy.time();
            boolean whole = window.equals(Duration.ofSeconds(window.toSeconds()))
                    && window.toSeconds() >= 1
                    && window.compareTo(MAX_WINDOW) <= 0;
            expect(whole, section + "window", "whole seconds, 1s to " + MAX_WINDOW.toDays() + "d");
        }
        if (policy.kind() == Kind.RATE) {
            long burst = policy.capacity();
            expect(
                    policy.burst().isEmpty() || (burst >= 1 && burst <= MAX_LIMIT),
                    section + "burst",
                    "1 to " + MAX_LIMIT);
        } else {
            expect(policy.burst().isEmpty(), section + "burst", "nothing, because only a rate has a burst");
        }
        expect(
                policy.platforms().stream().allMatch(id -> PLATFORM.matcher(id).matches()),
                section + "platforms",
                "ids of plugins, or host, and no wildcards");
    }

    private void plan(String name, List<String> policies) {
        expect(
                named.containsAll(policies),
                "plans." + name + ".policies",
                "names of policies that are configured: " + String.join(", ", named));
    }

    private void used(String policy) {
        boolean used = settings.planNames().stream()
                .anyMatch(plan -> settings.policiesOf(plan).contains(policy));
        boolean read = settings.policies().containsKey(policy);
        expect(used || !read, "limits." + policy + ".limit", "to be in a plan; no plan has the policy " + policy);
    }

    private void expect(boolean fits, String key, String expectation) {
        if (!fits) {
            fault.accept(key, expectation);
        }
    }
}
