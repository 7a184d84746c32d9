/**
 * Backups of a running host: one archive of the whole store in one snapshot, with the files that belong to it, in the
 * directory of backups; automatic ones by one node at a time. How an archive comes back is in {@code recovery}. Entry type
 * is {@link dev.busbar.host.backup.Backups}.
 */
@NullMarked
package dev.busbar.host.backup;

import org.jspecify.annotations.NullMarked;
