/**
 * The command line. Talks to people on standard output; everything else in the host logs. Entry type:
 * {@link dev.busbar.host.cli.Main}.
 */
@NullMarked
package dev.busbar.host.cli;

import org.jspecify.annotations.NullMarked;
