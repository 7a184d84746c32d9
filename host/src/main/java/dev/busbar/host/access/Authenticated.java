package dev.busbar.host.access;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Somebody whose credential was found good. Immutable.
 *
 * @param principal its owner, with the roles that hold for this credential
 * @param keyId the public id of the key; of a token that has none, the id of its principal, which holds a colon
 * @param permissions what it permits
 * @param expiresAt when it ends; empty when it does not
 * @param allowedFrom from which addresses it may be used; empty for all
 * @param account to whose account its use is put
 */
public record Authenticated(
        Principal principal,
        String keyId,
        PermissionSet permissions,
        Optional<Instant> expiresAt,
        List<AddressRange> allowedFrom,
        Caller.Account account) {
    /** Copies the list. */
    public Authenticated {
        allowedFrom = List.copyOf(allowedFrom);
    }

    /** Whether the credential may be used from an address. */
    public boolean mayComeFrom(String address) {
        return allowedFrom.isEmpty() || allowedFrom.stream().anyMatch(range -> range.contains(address));
    }

    /** Whether there is an API key behind the credential. */
    public boolean hasKey() {
        return keyId.indexOf(':') < 0;
    }

    /** As the pipeline wants it. */
    public Caller caller() {
        return new Caller(
                principal,
                keyId,
                permissions.names(),
                expiresAt,
                permission -> permission.equals(Endpoint.ANY_PRINCIPAL) || permissions.permits(permission),
                account);
    }

    boolean isExpiredAt(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }
}
