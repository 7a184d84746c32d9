/**
 * Calls from one platform to another, in this process: the route is looked up in the table of the moment, passes the same
 * chain as a request from outside, as the original caller or as the calling platform, and runs on the threads of its own
 * generation. Entry type is {@link dev.busbar.host.calls.PlatformCalls}; what was called is told to a
 * {@link dev.busbar.host.calls.CallLog} that {@code Host} wires.
 */
@NullMarked
package dev.busbar.host.calls;

import org.jspecify.annotations.NullMarked;
