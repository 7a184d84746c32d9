/**
 * The composition root: {@link dev.busbar.host.Host} builds the parts of the host by hand, in reading order, and closes
 * what they have opened in reverse. Here are the parts, and what opens, schedules and closes them; no feature lives here.
 */
@NullMarked
package dev.busbar.host;

import org.jspecify.annotations.NullMarked;
