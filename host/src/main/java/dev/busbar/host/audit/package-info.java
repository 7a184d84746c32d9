/**
 * The audit vocabulary that every feature uses: actor, audit event, and the audit trail that records them. Nothing here
 * stores anything; {@code auditlog} does. Entry type: {@link dev.busbar.host.audit.AuditTrail}.
 */
@NullMarked
package dev.busbar.host.audit;

import org.jspecify.annotations.NullMarked;
