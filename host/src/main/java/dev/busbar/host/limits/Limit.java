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

/** One policy at work: whom it counts, how much is left to whom, and how it is announced. Thread-safe. */
final class Limit {
    private final String name;
    private final Policy policy;
    private final LimitCounter counter;
    private final Meters.Count allowed;
    private final Meters.Count refused;
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
        this.refused = count(meters, policy.enforce() ? "refused" : "shadow");
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

    /** The parameters of draft-ietf-httpapi-ratelimit-headers, and one of ours. */
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

    /** How it stands in {@code RateLimit-Policy}. */
    String announced() {
        return announced;
    }

    /** How a refusal of it is noted. */
    String noted() {
        return noted;
    }

    LimitCounter counter() {
        return counter;
    }

    /** One more that it let through. */
    void countAllowed() {
        allowed.increment();
    }

    /** One more that it refused, or would have. */
    void countRefused() {
        refused.increment();
    }

    /** How near to being used up it is, from 0 to 1 and, with a burst, below. */
    double used(LimitCounter.Verdict verdict) {
        return 1 - (double) verdict.remaining() / policy.capacity();
    }

    /** Adds it to a field {@code RateLimit}. */
    void tell(StringBuilder field, LimitCounter.Verdict verdict) {
        if (field.length() > 0) {
            field.append(", ");
        }
        field.append(begun).append(verdict.remaining());
        if (verdict.waitSeconds() != LimitCounter.UNKNOWN) {
            field.append(";t=").append(verdict.waitSeconds());
        }
    }

    /** Whom it counts. The id of a principal or a key does not begin with an {@code @}. */
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
     * An IPv4 address is written in one way; of an IPv6 one the zone counts for nothing. What a platform does by itself
     * comes from no address, and is told apart by who it is.
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
