/**
 * Authorization: permissions, roles as names for sets of permissions, and the check of a route's permission. Everything
 * unknown is denied. Who the caller is was decided before, in {@code authentication}; roles and grants are stored in
 * {@code access}. Entry types are {@link dev.busbar.host.authorization.PermissionSet} and
 * {@link dev.busbar.host.authorization.AuthorizationInterceptor}.
 */
@NullMarked
package dev.busbar.host.authorization;

import org.jspecify.annotations.NullMarked;
