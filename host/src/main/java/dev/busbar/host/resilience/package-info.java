/**
 * Circuit breakers of platforms, and the deadlines that clients shorten; entry type is
 * {@link dev.busbar.host.resilience.BreakerInterceptor}.
 */
@NullMarked
package dev.busbar.host.resilience;

import org.jspecify.annotations.NullMarked;
