/**
 * What was done, by whom, so that it can be proven: an append-only chain of records, one chain a node, each bound to the
 * one before by a hash. A change and its record commit in one transaction. Entry type is
 * {@link dev.busbar.host.audit.AuditEvent}, what a feature has to tell; it never carries a secret.
 */
@NullMarked
package dev.busbar.host.audit;

import org.jspecify.annotations.NullMarked;
