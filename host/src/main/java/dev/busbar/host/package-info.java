/**
 * The composition root: {@link dev.busbar.host.Host} builds every object of the host by hand, in reading order, and
 * closes them in reverse. Nothing else lives here.
 */
@NullMarked
package dev.busbar.host;

import org.jspecify.annotations.NullMarked;
