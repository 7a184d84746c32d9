/**
 * The host's own tokens: signing keys with their rotation, and the issue of tokens. Verifies with {@code jwt}, and knows
 * nothing of requests and API keys: {@code authentication} decides what a token permits. Entry type is
 * {@link dev.busbar.host.tokens.Tokens}.
 */
@NullMarked
package dev.busbar.host.tokens;

import org.jspecify.annotations.NullMarked;
