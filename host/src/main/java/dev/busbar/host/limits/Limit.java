package dev.busbar.host.limits;

import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A policy in force: the subject that a request counts for, its counter, and its headers. Thread-safe. */
final class Limit {
    private final String name;
    private final Policy policy;
    private final LimitCounter counter;
    private final Meters.Count allowed;
    private final Meters.Count rejected;
    private final String announced;
    private final String begun;
    private final String noted;

    Limit(String name, Policy policy, int subjects, LongSupplier nanos, Meters meters) {
        this.name = name;
        this.policy = policy;
        this.counter = policy.kind() == Kind.CONCURRENCY
                ? new LimitSlots(policy.limit())
                : new LimitBuckets(policy, subjects, nanos);
        this.allowed = count(meters, "allowed");
        this.rejected = count(meters, policy.enforce() ? "refused" : "shadow");
        this.begun = "\"" + name + "\";r=";
        this.announced = "\"" + name + "\";q=" + policy.limit() + quantity();
        this.noted = name + (policy.enforce() ? " refused" : " shadow");
    }

    private Meters.Count count(Meters meters, String decision) {
        return meters.count(
                "busbar.ratelimit.decisions",
                "Requests that a policy admitted, rejected, or would have rejected",
                "policy",
                name,
                "decision",
                decision);
    }

    /** The parameters of draft-ietf-httpapi-ratelimit-headers, and one of our own. */
    private String quantity() {
        if (isConcurrency()) {
            return ";qu=\"concurrent-requests\"";
        }
        String window = ";w=" + policy.time().toSeconds();
        return policy.capacity() == policy.limit() ? window : window + ";burst=" + policy.capacity();
    }

    String name() {
        return name;
    }

    By by() {
        return policy.by();
    }

    boolean isEnforced() {
        return policy.enforce();
    }

    boolean isConcurrency() {
        return policy.kind() == Kind.CONCURRENCY;
    }

    boolean appliesTo(String platform) {
        return policy.appliesTo(platform);
    }

    /** The item of the policy in {@code RateLimit-Policy}. */
    String announced() {
        return announced;
    }

    /** The note in the access log for a request that it rejected, or would have rejected. */
    String noted() {
        return noted;
    }

    LimitCounter counter() {
        return counter;
    }

    /** Counts a request that it allowed. */
    void countAllowed() {
        allowed.increment();
    }

    /** Counts a request that it rejected, or would have rejected. */
    void countRejected() {
        rejected.increment();
    }

    /** The used share of the limit, from 0 to 1; below 0 while a burst is left. */
    double used(LimitCounter.Verdict verdict) {
        return 1 - (double) verdict.remaining() / policy.capacity();
    }

    /** Appends the item of the policy to a value of {@code RateLimit}. */
    void appendTo(StringBuilder header, LimitCounter.Verdict verdict) {
        if (header.length() > 0) {
            header.append(", ");
        }
        header.append(begun).append(verdict.remaining());
        if (verdict.waitSeconds() != LimitCounter.UNKNOWN) {
            header.append(";t=").append(verdict.waitSeconds());
        }
    }

    /** The subject that a request counts for. The id of a principal or a key does not begin with an {@code @}. */
    String subject(Invocation invocation) {
        @Nullable Caller caller = invocation.caller().orElse(null);
        return switch (policy.by()) {
            case KEY -> caller == null ? address(invocation) : caller.account().id();
            case PRINCIPAL ->
                caller == null ? address(invocation) : caller.principal().id();
            case ADDRESS -> address(invocation);
            case PLATFORM -> invocation.endpoint().platform();
        };
    }

    /**
     * The address as a subject: an IPv4 address has one spelling, the zone of an IPv6 address is ignored. A call that a
     * platform makes by itself has no address; its subject is the platform.
     */
    private static String address(Invocation invocation) {
        String address = invocation.clientAddress();
        if (address.isEmpty()) {
            return "@"
                    + invocation.caller().map(caller -> caller.principal().id()).orElse("");
        }
        if (address.indexOf(':') < 0) {
            return "@" + address;
        }
        int zone = address.indexOf('%');
        return "@" + AddressRange.network(zone < 0 ? address : address.substring(0, zone));
    }
}
