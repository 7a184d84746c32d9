/**
 * The command line of Busbar, on picocli: the commands, the choice of the host and the key, and the mapping of outcomes
 * to exit codes. Entry type: {@link dev.busbar.host.cli.Main}.
 */
@NullMarked
package dev.busbar.host.cli;

import org.jspecify.annotations.NullMarked;
