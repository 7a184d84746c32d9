/**
 * JSON Web Tokens: the host's own, which it signs and publishes the keys of. The rules for those of other issuers, and
 * for their key sets, are here too, but no setting names an issuer yet. A strict verifier stands around jjwt, which alone is too lenient (see docs/authentication.md). Knows
 * nothing of requests, keys and roles: what a verified token permits is decided in {@code security}. Entry type is
 * {@link dev.busbar.host.tokens.TokenVerifier}.
 */
@NullMarked
package dev.busbar.host.tokens;

import org.jspecify.annotations.NullMarked;
