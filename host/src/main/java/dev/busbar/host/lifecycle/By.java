package dev.busbar.host.lifecycle;

import java.util.Optional;

/**
 * Who wants a change of a plugin, as far as the record needs it. Immutable.
 *
 * @param id id of the principal
 * @param kind of the principal
 * @param keyId the public id of the credential
 * @param address from where
 * @param correlationId the name of the request
 */
public record By(
        String id, String kind, Optional<String> keyId, Optional<String> address, Optional<String> correlationId) {
    /** The host itself, because of a file or of what it found. */
    public static final By HOST = new By("host", "host", Optional.empty(), Optional.empty(), Optional.empty());
}
