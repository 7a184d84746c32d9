/**
 * Circuit breakers of platforms, and how long a client wants to wait; begins at
 * {@link dev.busbar.host.resilience.BreakerInterceptor}.
 */
@NullMarked
package dev.busbar.host.resilience;

import org.jspecify.annotations.NullMarked;
