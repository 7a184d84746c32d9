package dev.busbar.host.limits;

import dev.busbar.host.ChainRig;
import dev.busbar.host.limits.LimitSettings.Policy;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Requests of many callers to the platforms {@code turbo} and {@code glimpse} behind rate limits. Policies are set by one
 * thread, then requests may be sent by many.
 */
final class LimitedRequests {
    /** The costs of the routes {@code /things/<cost>}. */
    private static final int[] COSTS = {1, 3, 7, 1_000};

    private final Map<String, Policy> policies = new TreeMap<>();
    private final Map<String, List<String>> plans = new LinkedHashMap<>();
    private @Nullable ChainRig rig;

    LimitedRequests policy(String name, Policy policy) {
        policies.put(name, policy);
        return this;
    }

    LimitedRequests plan(String name, String... its) {
        plans.put(name, List.of(its));
        return this;
    }

    /** The rig, with the policies that were set before the first call. */
    ChainRig rig() {
        ChainRig known = rig;
        if (known != null) {
            return known;
        }
        ChainRig made =
                new ChainRig().limits(new LimitSettings(policies, plans, 1_000)).held();
        Route[] priced = IntStream.of(COSTS)
                .mapToObj(cost -> open("/things/" + cost).cost(cost))
                .toArray(Route[]::new);
        made.publish("turbo", priced);
        made.publish("glimpse", priced);
        made.publishHost(open("/admin/keys"), open("/health/ready"), open("/metrics"));
        rig = made;
        return made;
    }

    private static Route open(String path) {
        return Route.get(path, request -> Response.noContent()).access(Access.PUBLIC);
    }

    void pass(Duration time) {
        rig().pass(time);
    }

    /** The number of decisions of one kind on a policy. */
    int counted(String policy, String decision) {
        return rig().meters().counted("busbar.ratelimit.decisions", Map.of("policy", policy, "decision", decision));
    }

    /** A service with a key. */
    static Caller caller(String principal, String keyId, String root, String plan) {
        return new Caller(
                Principal.of(principal, Principal.Kind.SERVICE, Set.of()),
                keyId,
                Set.of(),
                Optional.empty(),
                permission -> false,
                new Caller.Account(root, plan));
    }

    static Caller caller(String principal) {
        return caller(principal, "key-of-" + principal, "key-of-" + principal, "");
    }

    Sending from(Caller caller) {
        return new Sending("127.0.0.1", Optional.of(caller), "/api/turbo", "/things/1");
    }

    Sending from(String address) {
        return new Sending(address, Optional.empty(), "/api/turbo", "/things/1");
    }

    /** A request to be sent. */
    final class Sending {
        private final String address;
        private final Optional<Caller> caller;
        private final String mount;
        private final String path;

        private Sending(String address, Optional<Caller> caller, String mount, String path) {
            this.address = address;
            this.caller = caller;
            this.mount = mount;
            this.path = path;
        }

        Sending to(String platform) {
            return new Sending(address, caller, "/api/" + platform, path);
        }

        /** To a route of the host. */
        Sending toHost(String other) {
            return new Sending(address, caller, "", other);
        }

        Sending via(String other) {
            return new Sending(other, caller, mount, path);
        }

        Sending at(String other) {
            return new Sending(address, caller, mount, other);
        }

        Sending costing(int cost) {
            return at("/things/" + cost);
        }

        /** Sends it; its handler is called, unless it is rejected, but does not return. */
        Passing begin() {
            FakeExchange exchange = FakeExchange.get(mount + path).from(address);
            return new Passing(rig().begin(exchange, Duration.ZERO, caller.orElse(null)));
        }

        /** Sends it and gets a response. */
        Passing send() {
            Passing passing = begin();
            passing.end();
            return passing;
        }

        boolean passes() {
            return send().passed();
        }
    }

    /** A request that was sent. */
    record Passing(ChainRig.Request request) {
        boolean passed() {
            return request.isDispatched();
        }

        void end() {
            request.run();
        }

        FakeExchange exchange() {
            return request.exchange();
        }

        String field(String name) {
            return exchange().answerHeaders().getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }
}
