/**
 * Reads of the store with a bounded wait, for authentication and administration. Entry type is
 * {@link dev.busbar.host.reads.StoreReads}.
 */
@NullMarked
package dev.busbar.host.reads;

import org.jspecify.annotations.NullMarked;
