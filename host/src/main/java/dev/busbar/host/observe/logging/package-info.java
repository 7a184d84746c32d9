/**
 * Writers of the host's own log, plugged into tinylog: every entry stays on one line, whoever chose its text. Entry type:
 * {@link dev.busbar.host.observe.logging.OneLine}.
 */
@NullMarked
package dev.busbar.host.observe.logging;

import org.jspecify.annotations.NullMarked;
