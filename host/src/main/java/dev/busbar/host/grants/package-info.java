/**
 * Grants of platforms: the permissions on other platforms that the operator gives to a platform. Entry type is
 * {@link dev.busbar.host.grants.PlatformGrants}.
 */
@NullMarked
package dev.busbar.host.grants;

import org.jspecify.annotations.NullMarked;
