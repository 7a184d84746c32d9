/**
 * What stands between a request and the handler that answers it: limits, the response cache, the breaker, idempotency;
 * with conditional requests and compression on the way out. Knows no server and no plugin; what it needs of a request is
 * in the pipeline's invocation.
 */
@NullMarked
package dev.busbar.host.traffic;

import org.jspecify.annotations.NullMarked;
