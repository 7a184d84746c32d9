/**
 * Revocations of tokens, of all tokens of a subject, and of signing keys: stored for all nodes, and held in memory for the
 * check at every use of a token. Entry type is {@link dev.busbar.host.revocations.Revocations}.
 */
@NullMarked
package dev.busbar.host.revocations;

import org.jspecify.annotations.NullMarked;
