/**
 * The format of a backup: a tar of entries of at most a chunk each, with a header before and a manifest after them, and
 * the encryption around it. What the entries mean is the business of others. Entry types are
 * {@link dev.busbar.host.archive.ArchiveWriter} and {@link dev.busbar.host.archive.ArchiveReader}.
 */
@NullMarked
package dev.busbar.host.archive;

import org.jspecify.annotations.NullMarked;
