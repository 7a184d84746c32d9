/**
 * The hash chains of audit records: record, checkpoint, and their place in the store. Knows no file and no private key:
 * {@code auditlog} appends to the chain of this node, {@code auditcheck} verifies all chains. Entry type is
 * {@link dev.busbar.host.auditchain.ChainStore}.
 */
@NullMarked
package dev.busbar.host.auditchain;

import org.jspecify.annotations.NullMarked;
