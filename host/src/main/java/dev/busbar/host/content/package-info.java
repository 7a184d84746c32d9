/**
 * The representation of a response: content codings (gzip), entity tags and conditional requests (RFC 9110 sections 8\n * and 13). Stateless; knows no server and no plugin.
 */
@NullMarked
package dev.busbar.host.content;

import org.jspecify.annotations.NullMarked;
