package dev.busbar.host.limits;

import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Policies of tests. Stateless. */
final class Policies {
    private Policies() {}

    static Policy rate(long limit, Duration window, By by) {
        return new Policy(Kind.RATE, limit, Optional.of(window), Optional.empty(), by, List.of(), true);
    }

    static Policy quota(long limit, By by) {
        return new Policy(Kind.QUOTA, limit, Optional.empty(), Optional.empty(), by, List.of(), true);
    }

    static Policy concurrency(long limit, By by) {
        return new Policy(Kind.CONCURRENCY, limit, Optional.empty(), Optional.empty(), by, List.of(), true);
    }

    static Policy shadow(Policy policy) {
        return new Policy(
                policy.kind(), policy.limit(), policy.window(), policy.burst(), policy.by(), policy.platforms(), false);
    }

    static Policy on(Policy policy, String... platforms) {
        return new Policy(
                policy.kind(),
                policy.limit(),
                policy.window(),
                policy.burst(),
                policy.by(),
                List.of(platforms),
                policy.enforce());
    }
}
