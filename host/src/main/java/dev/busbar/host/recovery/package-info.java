/**
 * Recovery of a host that is stopped: the check of an archive with a rehearsal of its restore, the restore, and the copy
 * of a store into another. Called by the command line alone, each on one thread. Entry types are
 * {@link dev.busbar.host.recovery.Restore}, {@link dev.busbar.host.recovery.ArchiveCheck} and
 * {@link dev.busbar.host.recovery.StoreMigration}.
 */
@NullMarked
package dev.busbar.host.recovery;

import org.jspecify.annotations.NullMarked;
