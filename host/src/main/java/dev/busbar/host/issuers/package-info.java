/**
 * The other issuers whose tokens this host accepts: their configuration, and their published keys, fetched from a URL or
 * read from a file. Entry type is {@link dev.busbar.host.issuers.Issuers}.
 */
@NullMarked
package dev.busbar.host.issuers;

import org.jspecify.annotations.NullMarked;
