package dev.busbar.host.tokens;

import java.util.Optional;

/** Public keys of an issuer. Called on event loops and workers, by many at once. */
interface KeySource {
    /** The key with an id, among those known now; never blocks. The id is whatever a client has sent. */
    Optional<VerificationKey> find(String keyId);

    /**
     * The key with an id, fetched if necessary; blocks for a second at most.
     *
     * @throws KeysUnavailableException when the keys cannot be fetched now
     */
    default Optional<VerificationKey> lookFor(String keyId) {
        return find(keyId);
    }
}
