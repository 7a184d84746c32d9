/**
 * Rate limits, quotas and concurrency limits of callers, and load shedding of the whole host. Knows no clock that can be
 * set and no store; begins at {@link dev.busbar.host.limits.RateLimitInterceptor}.
 */
@NullMarked
package dev.busbar.host.limits;

import org.jspecify.annotations.NullMarked;
