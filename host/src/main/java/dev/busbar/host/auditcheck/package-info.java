/**
 * Verification of audit chains: of those in the store, for the HTTP route, and of an export, for the command line. Writes
 * nothing. Entry types are {@link dev.busbar.host.auditcheck.Verifier} and
 * {@link dev.busbar.host.auditcheck.ExportCheck}; both return a {@link dev.busbar.host.auditcheck.Verification}.
 */
@NullMarked
package dev.busbar.host.auditcheck;

import org.jspecify.annotations.NullMarked;
