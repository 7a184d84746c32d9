/**
 * Who calls, and what they may do: principals, roles and API keys. Entry type is
 * {@link dev.busbar.host.security.Access}. A key belongs to one principal; what it permits is what its roles permit, of
 * those its owner holds, cut down to its own list of permissions if it has one. Unknown is denied everywhere: a key, a
 * role, a permission. Secrets leave this package once, in the answer to their creation, and in the bootstrap key's file.
 */
@NullMarked
package dev.busbar.host.security;

import org.jspecify.annotations.NullMarked;
