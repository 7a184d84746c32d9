package dev.busbar.host.audit;

import java.util.Optional;

/**
 * Who did something. Immutable.
 *
 * @param id id of the principal; {@code host} for what the host does by itself
 * @param kind {@code human}, {@code service}, {@code platform} or {@code host}
 * @param keyId the public id of the credential
 * @param address from where, as the host believes it
 * @param correlationId the name of the request; empty where there was none. It is the client's choice, so two events of
 *     one name may have nothing to do with each other
 */
public record Actor(
        String id, String kind, Optional<String> keyId, Optional<String> address, Optional<String> correlationId) {
    /** The host itself. */
    public static final Actor HOST = new Actor("host", "host", Optional.empty(), Optional.empty(), Optional.empty());

    /** Nobody that is known, from an address. */
    public static Actor unknown(String address, String correlationId) {
        return new Actor("", "unknown", Optional.empty(), Optional.of(address), Optional.of(correlationId));
    }
}
