package dev.busbar.host.limits;

import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.testing.Bound;
import dev.busbar.host.testing.BoundChain;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** Limits with a time that a test moves by hand, and requests that are passed to them without a server. */
final class LimitRig {
    /** Monotonic time may begin anywhere, below zero too. */
    final AtomicLong nanos = new AtomicLong(-Duration.ofHours(3).toNanos());

    final Map<String, AtomicLong> counted = new ConcurrentHashMap<>();
    private final Map<String, Policy> policies = new TreeMap<>();
    private final Map<String, List<String>> plans = new LinkedHashMap<>();
    private RateLimitInterceptor interceptor;

    LimitRig policy(String name, Policy policy) {
        policies.put(name, policy);
        return this;
    }

    LimitRig plan(String name, String... its) {
        plans.put(name, List.of(its));
        return this;
    }

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

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    RateLimitInterceptor interceptor() {
        if (interceptor == null) {
            Meters meters = new Meters() {
                @Override
                public Count count(String name, String help, String... labels) {
                    AtomicLong count = counted.computeIfAbsent(labels[1] + " " + labels[3], label -> new AtomicLong());
                    return count::incrementAndGet;
                }

                @Override
                public Timer timer(String name, String help, String... labels) {
                    throw new UnsupportedOperationException("limits take no time");
                }

                @Override
                public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
            };
            interceptor = new RateLimitInterceptor(new LimitSettings(policies, plans, 1_000), meters, nanos::get);
        }
        return interceptor;
    }

    long counted(String policyAndDecision) {
        return counted.getOrDefault(policyAndDecision, new AtomicLong()).get();
    }

    /** Somebody known, with a key. */
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
        return new Sending("127.0.0.1", Optional.of(caller), "turbo", "/things", 1);
    }

    Sending from(String address) {
        return new Sending(address, Optional.empty(), "turbo", "/things", 1);
    }

    /** A request to be sent. */
    final class Sending {
        private final String address;
        private final Optional<Caller> caller;
        private final String platform;
        private final String path;
        private final int cost;

        private Sending(String address, Optional<Caller> caller, String platform, String path, int cost) {
            this.address = address;
            this.caller = caller;
            this.platform = platform;
            this.path = path;
            this.cost = cost;
        }

        Sending to(String other) {
            return new Sending(address, caller, other, path, cost);
        }

        Sending via(String other) {
            return new Sending(other, caller, platform, path, cost);
        }

        Sending at(String other) {
            return new Sending(address, caller, platform, other, cost);
        }

        Sending costing(int other) {
            return new Sending(address, caller, platform, path, other);
        }

        /** Passes the limits and stays in flight; its response where it did not pass. */
        Passing begin() {
            FakeExchange exchange = FakeExchange.get("/api/" + platform + path);
            Invocation invocation = new Invocation(exchange, 0);
            invocation.clientAddress(address);
            Route route = Route.get(path, request -> Response.noContent())
                    .access(Access.PUBLIC)
                    .cost(cost);
            invocation.endpoint(Bound.to(platform, route), List.of());
            caller.ifPresent(invocation::caller);
            boolean[] passed = {false};
            Interceptor.Next next = invocationThere -> passed[0] = true;
            try {
                BoundChain.of(interceptor()).pass(invocation, next);
            } catch (ProblemException e) {
                invocation.reply().fail(e);
            }
            return new Passing(invocation, exchange, passed[0]);
        }

        /** Passes the limits and is answered. */
        Passing send() {
            Passing passing = begin();
            passing.end();
            return passing;
        }

        boolean passes() {
            return send().passed();
        }
    }

    /** A request behind the limits. */
    record Passing(Invocation invocation, FakeExchange exchange, boolean passed) {
        void end() {
            invocation.reply().claim().ifPresent(claim -> claim.send(Response.noContent()));
        }

        String field(String name) {
            return exchange.answerHeaders().getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }
}
