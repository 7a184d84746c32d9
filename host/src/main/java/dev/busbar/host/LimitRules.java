package dev.busbar.host;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.limits.LimitCheck;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.limits.LimitSettings.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads the sections {@code limits} and {@code plans}, of which the operator names the parts. Stateless. */
final class LimitRules {
    /** So many that nobody meets it by work on one machine; it shows what is announced. */
    private static final Policy IN_DEVELOPMENT = Policy.perSecond(1_000_000);

    private static final Policy ELSEWHERE = Policy.perSecond(1_000);
    private static final int SUBJECTS = 100_000;

    record Bounds(int subjects) {}

    record Plan(List<String> policies) {
        Plan {
            policies = List.copyOf(policies);
        }
    }

    private LimitRules() {}

    /** Reads them; what is wrong is noted in the configuration, which refuses at its end. */
    static LimitSettings bind(Configuration configuration) {
        Bounds bounds = configuration.bind("limits", new Bounds(SUBJECTS));
        Set<String> named = new TreeSet<>(configuration.sections("limits"));
        Map<String, Policy> policies = policies(configuration, named);
        Map<String, List<String>> plans = new LinkedHashMap<>();
        for (String name : configuration.sections("plans")) {
            plans.put(
                    name,
                    configuration.bind("plans." + name, new Plan(List.of())).policies());
        }
        if (named.isEmpty()) {
            named.add(LimitSettings.DEFAULT_PLAN);
        }
        LimitSettings settings = new LimitSettings(policies, plans, bounds.subjects());
        LimitCheck.check(settings, named, configuration::refuse);
        return settings;
    }

    /** Where none is configured there is one, whose keys can still be set by variables. */
    @SuppressWarnings("ReferenceEquality") // what binding gives when something is wrong
    private static Map<String, Policy> policies(Configuration configuration, Set<String> named) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        if (named.isEmpty()) {
            boolean development = configuration.environment().equals("development");
            Policy usual = development ? IN_DEVELOPMENT : ELSEWHERE;
            policies.put(LimitSettings.DEFAULT_PLAN, configuration.bind("limits." + LimitSettings.DEFAULT_PLAN, usual));
        }
        for (String name : named) {
            Policy bound = configuration.bind("limits." + name, Policy.DEFAULTS);
            if (bound != Policy.DEFAULTS) { // else the fault is noted, and others would be made up
                policies.put(name, bound);
            }
        }
        return policies;
    }
}
