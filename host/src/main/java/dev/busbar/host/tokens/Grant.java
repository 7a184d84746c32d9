package dev.busbar.host.tokens;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Contents of a token to be issued by this host. Immutable.
 *
 * @param subject id of the principal
 * @param clientId the public id of the key it is bound to
 * @param roles the names of the principal's roles now
 * @param scope the permissions it is limited to
 * @param life the requested lifetime; empty for the configured default
 * @param notAfter the end of the key; empty for none
 */
public record Grant(
        String subject,
        String clientId,
        Set<String> roles,
        List<String> scope,
        Optional<Duration> life,
        Optional<Instant> notAfter) {
    /** Copies the collections. */
    public Grant {
        roles = Set.copyOf(roles);
        scope = List.copyOf(scope);
    }
}
