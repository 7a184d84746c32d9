/**
 * The API that a plugin compiles against: one {@link dev.busbar.plugin.Platform} that declares {@link dev.busbar.plugin.Route}s,
 * which are functions from a {@link dev.busbar.plugin.Request} to a {@link dev.busbar.plugin.Response}. Nothing of the
 * server, of a JSON library or of the host is visible here, so that these can change without breaking plugins. Only this package, {@link
 * dev.busbar.plugin.jobs}, {@link dev.busbar.plugin.state}, PF4J, slf4j and jspecify are shared between the host and a plugin; every other class a plugin sees is its own.
 */
@NullMarked
package dev.busbar.plugin;

import org.jspecify.annotations.NullMarked;
