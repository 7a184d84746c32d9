package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthenticatedTest {
    private static Authenticated by(String keyId) {
        Principal principal = Principal.of("ada", Kind.SERVICE, Set.of());
        Caller caller =
                new Caller(principal, keyId, Set.of(), Optional.empty(), permission -> false, Caller.Account.of(keyId));
        return new Authenticated(caller, PermissionSet.NONE, List.of());
    }

    /** So nothing is noted under the names in tokens of other issuers, of which there is no end. */
    @Test
    void a_credential_without_a_key_has_no_key() {
        assertThat(by("corp:alice").hasKey()).isFalse();
        assertThat(by(ApiKey.generate("staging", new SecureRandom()).id()).hasKey())
                .isTrue();
    }
}
