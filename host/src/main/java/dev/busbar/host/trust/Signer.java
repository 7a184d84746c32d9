package dev.busbar.host.trust;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A trusted signer. Immutable.
 *
 * @param name the display name
 * @param key the public key
 * @param plugins the plugins the key may sign
 * @param notAfter when the key expires; empty if it does not
 */
record Signer(String name, PublicKey key, List<IdPattern> plugins, Optional<Instant> notAfter) {
    String keyId() {
        return Ed25519.keyId(key);
    }

    boolean maySign(String pluginId) {
        return plugins.stream().anyMatch(pattern -> pattern.matches(pluginId));
    }

    boolean isExpired(Instant now) {
        return notAfter.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The patterns of plugin ids, as configured. */
    String scope() {
        return plugins.stream().map(IdPattern::text).collect(Collectors.joining(", "));
    }
}
