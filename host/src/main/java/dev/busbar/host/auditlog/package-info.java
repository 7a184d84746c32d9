/**
 * The audit log: an append-only chain of audit records, one chain a node, each record bound to the one before by a hash;
 * checkpoints that sign the chain, and the verification of both. Entry type is
 * {@link dev.busbar.host.auditlog.AuditLog}, which {@code Host} hands to features as an
 * {@link dev.busbar.host.audit.AuditTrail}.
 */
@NullMarked
package dev.busbar.host.auditlog;

import org.jspecify.annotations.NullMarked;
