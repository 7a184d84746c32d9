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
 * @param credential the credential, which may end while the request is under way
 */
public record Caller(
        Principal principal,
        String keyId,
        Set<String> permissions,
        Optional<Instant> expiresAt,
        Predicate<String> permits,
        Account account,
        Credential credential) {
    /** A caller whose credential ends only as its id does: an API key, or a platform. */
    public Caller(
            Principal principal,
            String keyId,
            Set<String> permissions,
            Optional<Instant> expiresAt,
            Predicate<String> permits,
            Account account) {
        this(principal, keyId, permissions, expiresAt, permits, account, Credential.OF_ITS_ID);
    }

    /**
     * A credential, asked again by what changes something, because the body of a request may arrive minutes after the caller
     * was authenticated. May be called from any thread.
     */
    public interface Credential {
        /** A credential that ends only as its id does. */
        Credential OF_ITS_ID = new Credential() {
            @Override
            public boolean hasEnded() {
                return false;
            }

            @Override
            public Optional<Caller> current(Caller before, String address) {
                return Optional.of(before);
            }
        };

        /** True if it was revoked, or the key that signed it is no longer trusted. From memory; does not block. */
        boolean hasEnded();

        /**
         * The caller as it is now; empty when the credential has ended, or may no longer be used from an address. As current
         * as authentication is, and as likely to block.
         *
         * @param before the caller when its request began
         */
        Optional<Caller> current(Caller before, String address);
    }

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
