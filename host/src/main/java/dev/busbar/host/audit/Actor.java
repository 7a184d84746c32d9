package dev.busbar.host.audit;

import dev.busbar.plugin.Principal;
import java.util.Locale;
import java.util.Optional;

/**
 * The actor of an audit event: a principal, the host itself, or an unknown client. Immutable.
 *
 * @param id id of the principal; {@code host} for the host itself, empty for an unknown client
 * @param kind {@code human}, {@code service}, {@code platform}, {@code host} or {@code unknown}
 * @param keyId the public id of the credential
 * @param address the address of the client
 * @param correlationId that of the request; empty where there was none. It is the client's choice, so two events with
 *     one correlation id may have nothing to do with each other
 */
public record Actor(
        String id, String kind, Optional<String> keyId, Optional<String> address, Optional<String> correlationId) {
    /** The kind of an unknown client. */
    public static final String UNKNOWN = "unknown";

    /** The host itself. */
    public static final Actor HOST = new Actor("host", "host", Optional.empty(), Optional.empty(), Optional.empty());

    /** A principal that sent a request; the address is empty for a request that no client sent. */
    public static Actor of(Principal principal, String keyId, String address, String correlationId) {
        return new Actor(
                principal.id(),
                principal.kind().name().toLowerCase(Locale.ROOT),
                Optional.of(keyId),
                present(address),
                Optional.of(correlationId));
    }

    /** A client without a valid credential; the address is empty for a request that no client sent. */
    public static Actor unknown(String address, String correlationId) {
        return new Actor("", UNKNOWN, Optional.empty(), present(address), Optional.of(correlationId));
    }

    private static Optional<String> present(String address) {
        return Optional.of(address).filter(text -> !text.isEmpty());
    }
}
