package dev.busbar.host.tokens;

import java.util.Optional;

/** Where the public keys of an issuer come from. Called on server threads, by many at once. */
interface KeySource {
    /** The key of an id, as far as it is known now; does not wait. The id is whatever a client has sent. */
    Optional<VerificationKey> find(String keyId);

    /**
     * The key of an id, looked for where it comes from if need be; waits a moment at most.
     *
     * @throws KeysUnavailableException when it cannot be said now whether there is such a key
     */
    default Optional<VerificationKey> lookFor(String keyId) {
        return find(keyId);
    }
}
