/** The platforms that the measurements pack into plugin jars. Loaded by the host from there, never from here. */
@NullMarked
package dev.busbar.bench.plugin;

import org.jspecify.annotations.NullMarked;
