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
 */
public record Caller(
        Principal principal,
        String keyId,
        Set<String> permissions,
        Optional<Instant> expiresAt,
        Predicate<String> permits) {}
