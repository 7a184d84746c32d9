/**
 * Webhooks: signed messages to URLs of callers, that their jobs have ended. A delivery is written in the transaction that
 * caused it, and sent until it is accepted. Entry type is {@link dev.busbar.host.webhooks.Webhooks}.
 */
@NullMarked
package dev.busbar.host.webhooks;

import org.jspecify.annotations.NullMarked;
