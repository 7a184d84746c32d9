/**
 * Requests with an {@code Idempotency-Key}: run once, their responses stored and replayed; entry type is
 * {@link dev.busbar.host.idempotency.IdempotencyInterceptor}.
 */
@NullMarked
package dev.busbar.host.idempotency;

import org.jspecify.annotations.NullMarked;
