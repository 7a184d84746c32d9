package dev.busbar.host.security;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody whose credential was found good. Immutable.
 *
 * @param principal its owner, with the roles that hold for this credential
 * @param keyId the public id of the credential
 * @param permissions what it permits
 * @param expiresAt when it ends; empty when it does not
 */
public record Authenticated(Principal principal, String keyId, PermissionSet permissions, Optional<Instant> expiresAt) {
    /** As the pipeline wants it. */
    public Caller caller() {
        return new Caller(
                principal,
                keyId,
                permissions.names(),
                expiresAt,
                permission -> permission.equals(Endpoint.ANY_PRINCIPAL) || permissions.permits(permission));
    }

    boolean isExpiredAt(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }
}
