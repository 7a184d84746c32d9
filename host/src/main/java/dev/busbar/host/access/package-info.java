/**
 * Principals, roles and API keys in the store. A key belongs to one principal; it permits what its roles permit, as far as
 * the owner still holds them, reduced to its own list of permissions if it has one. An unknown key, role or permission is
 * denied. Secrets leave this package once, in the response to their creation, and in the file of the bootstrap key. Entry
 * type is {@link dev.busbar.host.access.AccessControl}.
 */
@NullMarked
package dev.busbar.host.access;

import org.jspecify.annotations.NullMarked;
