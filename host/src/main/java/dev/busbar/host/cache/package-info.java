/**
 * The response cache (RFC 9111): stores responses in memory, serves and invalidates them, lets one request lead for many.
 * Holds nothing of a plugin's; begins at {@link dev.busbar.host.cache.CacheInterceptor}.
 */
@NullMarked
package dev.busbar.host.cache;

import org.jspecify.annotations.NullMarked;
