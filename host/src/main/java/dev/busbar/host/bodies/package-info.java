/**
 * The bodies of requests before they reach a handler: collected without a thread, admitted by the bytes of memory that
 * they take, and required to arrive at a minimum rate. Entry type: {@link dev.busbar.host.bodies.Bodies}. Knows no
 * server.
 */
@NullMarked
package dev.busbar.host.bodies;

import org.jspecify.annotations.NullMarked;
