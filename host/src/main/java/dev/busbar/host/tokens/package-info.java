/**
 * JSON Web Tokens: the host's own, which it signs and publishes the keys of, and those of other issuers, whose keys it
 * fetches. A strict verifier stands around jjwt, which alone is too lenient (see docs/authentication.md). Knows nothing
 * of requests and API keys: what a verified token permits is decided in {@code security}. Entry type is
 * {@link dev.busbar.host.tokens.TokenVerifier}.
 */
@NullMarked
package dev.busbar.host.tokens;

import org.jspecify.annotations.NullMarked;
