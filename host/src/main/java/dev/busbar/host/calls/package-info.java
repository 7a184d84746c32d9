/**
 * Calls from one platform to another, in this process: the route is looked up in the table of the moment, passes the same
 * chain as a request from outside, as the original caller or as the calling platform, and runs on the threads of its own
 * generation. Entry type is {@link dev.busbar.host.calls.PlatformCalls}. Every
 * call is counted in the audit trail.
 */
@NullMarked
package dev.busbar.host.calls;

import org.jspecify.annotations.NullMarked;
