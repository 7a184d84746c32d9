/**
 * The composition root: {@link dev.busbar.host.Host} builds the parts of the host by hand, in reading order, and closes
 * what they have opened in reverse. The package holds the parts, what opens, schedules and closes them, and the data
 * directory. No feature lives here.
 */
@NullMarked
package dev.busbar.host;

import org.jspecify.annotations.NullMarked;
