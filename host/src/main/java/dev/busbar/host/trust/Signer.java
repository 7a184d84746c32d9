package dev.busbar.host.trust;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Somebody whose signatures count. Immutable.
 *
 * @param name for people
 * @param key the public key
 * @param plugins the plugins that may be signed with it
 * @param notAfter from when on it counts no more; empty when it does not end
 */
record Signer(String name, PublicKey key, List<IdPattern> plugins, Optional<Instant> notAfter) {
    String keyId() {
        return Ed25519.keyId(key);
    }

    boolean maySign(String pluginId) {
        return plugins.stream().anyMatch(pattern -> pattern.fits(pluginId));
    }

    boolean isOver(Instant now) {
        return notAfter.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The plugins, as written. */
    String scope() {
        return plugins.stream().map(IdPattern::text).collect(Collectors.joining(", "));
    }
}
