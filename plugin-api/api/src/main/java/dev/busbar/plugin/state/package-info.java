/**
 * The lasting state of a platform: JSON documents with optimistic versions and declared fields, and blobs. It belongs to
 * the platform, not to a generation: it survives swaps and restarts, all nodes see the same, and an uninstall keeps it
 * unless the maintainer asks for its removal. Entry types are {@link dev.busbar.plugin.state.DocumentType}, which a
 * platform declares, and {@link dev.busbar.plugin.state.Documents} and {@link dev.busbar.plugin.state.Blobs}, which its
 * context lends.
 */
@NullMarked
package dev.busbar.plugin.state;

import org.jspecify.annotations.NullMarked;
