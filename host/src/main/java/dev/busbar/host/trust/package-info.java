/**
 * Who vouches for a jar: detached Ed25519 signatures, the signers an operator trusts and for which plugins, and the list
 * of digests that came with the distribution. Entry type is {@link dev.busbar.host.trust.Trust}. Nothing in here knows
 * what is done with a verdict; no jar is opened here, only digests are looked at.
 */
@NullMarked
package dev.busbar.host.trust;

import org.jspecify.annotations.NullMarked;
