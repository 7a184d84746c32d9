/**
 * From a jar to an object that can be called, and back to nothing: the checks that run before any of a jar's code, the
 * class loader that shows a plugin its own classes and a written list of packages, and PF4J, one manager for each
 * generation. It knows nothing of routes, threads or when a plugin is to run. Entry types:
 * {@link dev.busbar.host.isolation.ArtifactReader} and {@link dev.busbar.host.isolation.GenerationLoader}.
 */
@NullMarked
package dev.busbar.host.isolation;

import org.jspecify.annotations.NullMarked;
