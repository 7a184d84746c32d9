/**
 * Authentication: the caller behind an API key or a token, the budget of failed attempts, and the delay of refusals. Entry
 * types are {@link dev.busbar.host.authentication.Logins} and
 * {@link dev.busbar.host.authentication.AuthenticationInterceptor}.
 */
@NullMarked
package dev.busbar.host.authentication;

import org.jspecify.annotations.NullMarked;
