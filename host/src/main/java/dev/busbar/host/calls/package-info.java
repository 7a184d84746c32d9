/**
 * Calls from one platform to another, in this process: each looks up its route in the current table, passes the
 * same chain as an external request, as the original caller or as the calling platform, and runs on the threads of the
 * target's generation. Every call is counted in the audit trail. Entry type is {@link dev.busbar.host.calls.PlatformCalls}.
 */
@NullMarked
package dev.busbar.host.calls;

import org.jspecify.annotations.NullMarked;
