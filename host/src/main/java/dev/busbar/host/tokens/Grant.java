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
 * @param roles names of the principal's roles at this moment
 * @param scope the permissions it is limited to
 * @param life how long it shall be good; the configured default when empty
 * @param notAfter when the key ends
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
