/**
 * Loading and unloading of plugin jars: the checks that run before any code of a jar, the class loader that shows a plugin
 * its own classes and the exported packages, and PF4J, one manager for each generation. Routes, threads and the decision
 * when a plugin runs are elsewhere. Entry types:
 * {@link dev.busbar.host.isolation.ArtifactReader} and {@link dev.busbar.host.isolation.GenerationLoader}.
 */
@NullMarked
package dev.busbar.host.isolation;

import org.jspecify.annotations.NullMarked;
