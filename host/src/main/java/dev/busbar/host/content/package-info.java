/**
 * The content of messages: rules for request bodies, content codings, entity tags, conditional requests (RFC 9110 sections 8
 * and 13). Stateless; knows no server and no plugin.
 */
@NullMarked
package dev.busbar.host.content;

import org.jspecify.annotations.NullMarked;
