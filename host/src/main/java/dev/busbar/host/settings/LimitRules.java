package dev.busbar.host.settings;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.limits.LimitCheck;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.limits.LimitSettings.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Binds the sections {@code limits} and {@code plans}, whose entries the operator names. Stateless. */
final class LimitRules {
    /** High enough for work on one machine; it exists so that the headers of a limit can be seen. */
    private static final Policy DEVELOPMENT_DEFAULT = Policy.perSecond(1_000_000);

    private static final Policy DEFAULT = Policy.perSecond(1_000);
    private static final int MAX_SUBJECTS = 100_000;

    record Bounds(int subjects) {}

    record Plan(List<String> policies) {
        Plan {
            policies = List.copyOf(policies);
        }
    }

    private LimitRules() {}

    /** Binds both; errors are recorded in the configuration, which reports them when binding is finished. */
    static LimitSettings bind(Configuration configuration) {
        Bounds bounds = configuration.bind("limits", new Bounds(MAX_SUBJECTS));
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

    /** Where no policy is configured there is a default one, whose keys can still be set by environment variables. */
    @SuppressWarnings("ReferenceEquality") // what binding returns when something is wrong
    private static Map<String, Policy> policies(Configuration configuration, Set<String> named) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        if (named.isEmpty()) {
            boolean development = configuration.environment().equals("development");
            Policy defaultPolicy = development ? DEVELOPMENT_DEFAULT : DEFAULT;
            policies.put(
                    LimitSettings.DEFAULT_PLAN,
                    configuration.bind("limits." + LimitSettings.DEFAULT_PLAN, defaultPolicy));
        }
        for (String name : named) {
            Policy bound = configuration.bind("limits." + name, Policy.DEFAULTS);
            if (bound != Policy.DEFAULTS) { // else the error is recorded, and further ones would be misleading
                policies.put(name, bound);
            }
        }
        return policies;
    }
}
