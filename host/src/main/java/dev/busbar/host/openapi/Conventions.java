package dev.busbar.host.openapi;

import dev.busbar.host.contract.RouteContract;
import java.util.function.Predicate;

/**
 * What the host does with routes that they do not say themselves.
 *
 * @param isTokenEndpoint which paths answer problems as RFC 6749 section 5.2 has them
 * @param takesIdempotencyKey which routes run once with an {@code Idempotency-Key}
 */
public record Conventions(Predicate<String> isTokenEndpoint, Predicate<RouteContract> takesIdempotencyKey) {}
