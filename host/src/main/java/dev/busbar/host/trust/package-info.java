/**
 * Trust in jars: detached Ed25519 signatures, the signers an operator trusts for given plugins, and the digests of
 * bundled jars. This package does not act on its decisions, and works on digests without opening a jar. Entry type:
 * {@link dev.busbar.host.trust.Trust}.
 */
@NullMarked
package dev.busbar.host.trust;

import org.jspecify.annotations.NullMarked;
