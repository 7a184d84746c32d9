/**
 * The writer of the audit log: appends audit events to the chain of this node, counts frequent ones, spools containment
 * actions while the store cannot be written, and signs checkpoints. Entry type is
 * {@link dev.busbar.host.auditlog.AuditLog}, which {@code Host} hands to features as an
 * {@link dev.busbar.host.audit.AuditTrail}.
 */
@NullMarked
package dev.busbar.host.auditlog;

import org.jspecify.annotations.NullMarked;
