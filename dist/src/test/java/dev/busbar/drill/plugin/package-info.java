/** The platforms that the drills package as plugin jars, from which the host loads them. */
@NullMarked
package dev.busbar.drill.plugin;

import org.jspecify.annotations.NullMarked;
