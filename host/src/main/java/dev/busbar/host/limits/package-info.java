/**
 * Rate limits, quotas and concurrency limits of callers, and load shedding of the whole host. Depends on no clock that can
 * be set and on no store; entry type is {@link dev.busbar.host.limits.RateLimitInterceptor}.
 */
@NullMarked
package dev.busbar.host.limits;

import org.jspecify.annotations.NullMarked;
