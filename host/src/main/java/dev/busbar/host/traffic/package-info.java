/**
 * What stands between a request that may be made and the handler that answers it: limits, the response cache, the
 * breaker, idempotency; with conditional requests and compression on the way out.
 */
@NullMarked
package dev.busbar.host.traffic;

import org.jspecify.annotations.NullMarked;
