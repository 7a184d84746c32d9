package dev.busbar.host.access;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An authenticated caller. Immutable.
 *
 * @param principal the owner of the credential, with the roles that the credential has
 * @param keyId the public id of the key; for a token without a key, the id of its principal, which has a colon
 * @param permissions the permissions of the credential
 * @param expiresAt the time from which the credential is invalid; empty for none
 * @param allowedFrom the addresses from which it may be used; empty for all
 * @param account the account of quotas and rate limits
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

    /** True if the credential may be used from an address. */
    public boolean mayComeFrom(String address) {
        return allowedFrom.isEmpty() || allowedFrom.stream().anyMatch(range -> range.contains(address));
    }

    /** True if the credential is an API key, or bound to one. */
    public boolean hasKey() {
        return keyId.indexOf(':') < 0;
    }

    /** The caller as the pipeline knows it. */
    public Caller caller() {
        return new Caller(principal, keyId, permissions.names(), expiresAt, permissions::allows, account);
    }

    boolean isExpiredAt(Instant now) {
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }
}
