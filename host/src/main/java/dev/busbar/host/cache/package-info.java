/**
 * The response cache (RFC 9111): stores responses in memory, serves and invalidates them, and lets identical requests
 * share one call of a handler. Holds no object of a plugin; entry type is {@link dev.busbar.host.cache.CacheInterceptor}.
 */
@NullMarked
package dev.busbar.host.cache;

import org.jspecify.annotations.NullMarked;
