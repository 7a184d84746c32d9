package dev.busbar.host.access;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * An authenticated caller. Immutable.
 *
 * @param caller the caller as the pipeline knows it
 * @param permissions the permissions of the credential
 * @param allowedFrom the addresses from which it may be used; empty for all
 */
public record Authenticated(Caller caller, PermissionSet permissions, List<AddressRange> allowedFrom) {
    /** Copies the list. */
    public Authenticated {
        allowedFrom = List.copyOf(allowedFrom);
    }

    /** A copy that is reduced to a scope. */
    Authenticated within(Collection<String> scope) {
        PermissionSet reduced = permissions.intersect(PermissionSet.of(scope));
        Caller narrow = new Caller(
                caller.principal(),
                caller.keyId(),
                reduced.names(),
                caller.expiresAt(),
                reduced::allows,
                caller.account(),
                caller.credential());
        return new Authenticated(narrow, reduced, allowedFrom);
    }

    /** The owner of the credential, with the roles that the credential has. */
    public Principal principal() {
        return caller.principal();
    }

    /** The public id of the key; for a token without a key, the id of its principal, which has a colon. */
    public String keyId() {
        return caller.keyId();
    }

    /** The time from which the credential is invalid; empty for none. */
    public Optional<Instant> expiresAt() {
        return caller.expiresAt();
    }

    /** True if the credential may be used from an address. */
    public boolean mayComeFrom(String address) {
        return allowedFrom.isEmpty() || allowedFrom.stream().anyMatch(range -> range.contains(address));
    }

    /** True if the credential is an API key, or bound to one. */
    public boolean hasKey() {
        return hasKey(caller);
    }

    /** True if the credential of a caller is an API key, or bound to one. */
    static boolean hasKey(Caller caller) {
        return caller.keyId().indexOf(':') < 0;
    }

    boolean isExpiredAt(Instant now) {
        return caller.expiresAt().filter(end -> !now.isBefore(end)).isPresent();
    }
}
