/**
 * The command line of Busbar, on picocli: the commands, which host they ask and with which key, and how an outcome
 * becomes an exit code. Entry type: {@link dev.busbar.host.cli.Main}.
 */
@NullMarked
package dev.busbar.host.cli;

import org.jspecify.annotations.NullMarked;
