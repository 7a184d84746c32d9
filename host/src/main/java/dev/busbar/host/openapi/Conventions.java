package dev.busbar.host.openapi;

import dev.busbar.host.contract.RouteContract;
import java.util.function.Predicate;

/**
 * The conventions of the host for all routes, which routes do not declare themselves. Immutable.
 *
 * @param isTokenEndpoint the paths whose problems have the form of RFC 6749 section 5.2
 * @param takesIdempotencyKey the routes that run once with an {@code Idempotency-Key}
 */
public record Conventions(Predicate<String> isTokenEndpoint, Predicate<RouteContract> takesIdempotencyKey) {}
