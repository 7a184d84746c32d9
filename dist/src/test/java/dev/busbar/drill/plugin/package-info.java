/** The platforms that the drills pack into plugin jars. Loaded by the host from there, never from here. */
@NullMarked
package dev.busbar.drill.plugin;

import org.jspecify.annotations.NullMarked;
