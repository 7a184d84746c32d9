package dev.busbar.host.pipeline;

import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The authenticated caller of a request, with its permissions.
 *
 * @param principal the verified principal
 * @param keyId the public id of the credential
 * @param permissions the effective permissions as they are shown, such as {@code turbo:read}
 * @param expiresAt the expiry of the credential; empty when it does not expire
 * @param permits whether a permission such as {@code turbo:read} is among the effective ones
 * @param account the account that its use is counted for
 */
public record Caller(
        Principal principal,
        String keyId,
        Set<String> permissions,
        Optional<Instant> expiresAt,
        Predicate<String> permits,
        Account account) {
    /**
     * The account that use is counted for.
     *
     * @param id that of the first key of which this one is a successor, so that rotating changes nothing; of a
     *     credential without a key, the id of the principal
     * @param plan the rate plan; empty for the default one
     */
    public record Account(String id, String plan) {
        /** An account with the default plan. */
        public static Account of(String id) {
            return new Account(id, "");
        }
    }
}
