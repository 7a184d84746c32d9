/**
 * JSON Web Tokens: their compact form, keys that verify signatures, and a strict verifier around jjwt, which alone is too
 * lenient (see docs/authentication.md). Fetches and stores nothing: {@code issuers} and {@code tokens} supply the keys.
 * Entry type is {@link dev.busbar.host.jwt.TokenVerifier}.
 */
@NullMarked
package dev.busbar.host.jwt;

import org.jspecify.annotations.NullMarked;
