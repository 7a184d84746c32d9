/**
 * HTTP requests of the host to others, on Apache HttpClient: an address guard between name resolution and connection, no
 * redirects, bounds on size and time. Knows nothing of who asks. Entry types: {@link
 * dev.busbar.host.outbound.OutboundHttp}, {@link dev.busbar.host.outbound.AddressGuard}.
 */
@NullMarked
package dev.busbar.host.outbound;

import org.jspecify.annotations.NullMarked;
