/**
 * The plugin folders as an inbox: each appearance, change or disappearance of a file becomes one change of desired state,
 * applied once, and its outcome is written beside it as a receipt. Decides nothing itself. Entry type:
 * {@link dev.busbar.host.inbox.Inbox}.
 */
@NullMarked
package dev.busbar.host.inbox;

import org.jspecify.annotations.NullMarked;
