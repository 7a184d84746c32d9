package dev.busbar.host.pipeline;

import dev.busbar.plugin.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who calls, with what they may do.
 *
 * @param principal the verified principal
 * @param keyId the public id of the credential
 * @param permissions the effective permissions as they are shown, such as {@code turbo:read}
 * @param expiresAt when the credential ends; empty when it does not
 * @param permits whether a permission such as {@code turbo:read} is among the effective ones
 * @param account to whose account its use is put
 */
public record Caller(
        Principal principal,
        String keyId,
        Set<String> permissions,
        Optional<Instant> expiresAt,
        Predicate<String> permits,
        Account account) {
    /**
     * To whose account use is put.
     *
     * @param id that of the first key of which this one is a successor, so that rotating changes nothing; of a credential
     *     without a key, the id of the principal
     * @param plan the rate plan; empty for the usual one
     */
    public record Account(String id, String plan) {
        /** One with the usual plan. */
        public static Account of(String id) {
            return new Account(id, "");
        }
    }
}
