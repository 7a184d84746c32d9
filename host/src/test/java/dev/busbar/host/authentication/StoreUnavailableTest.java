package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.access.AccessRig;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.tokens.Grant;
import dev.busbar.host.tokens.TestTokens;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Problems of token requests while the store cannot be read. */
class StoreUnavailableTest {
    private static final Grant GRANT =
            new Grant("ada", "abcdefghijkl", Set.of(), List.of(), Optional.empty(), Optional.empty());

    @TempDir
    Path data;

    private static ProblemException problem(Runnable work) {
        return catchThrowableOfType(
                ProblemException.class,
                () -> Logins.orUnavailable(() -> {
                    work.run();
                    return true;
                }));
    }

    @EachDatabase
    void no_token_can_be_issued_without_a_key_and_the_store(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Tokens tokens = TestTokens.of(database, rig.audit, rig.clock());
        String keyId = tokens.keys().get(0).id();
        database.close();
        tokens.revoke(
                new Revocation(
                        Revocation.Kind.KEY, "", keyId, Optional.empty(), Optional.empty(), "root", Optional.empty()),
                Actor.HOST);

        ProblemException problem = problem(() -> tokens.issue(GRANT));

        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.headers()).containsKey("Retry-After");
    }

    @EachDatabase
    void nothing_can_be_said_of_what_is_in_the_store(Database database) {
        AccessRig rig = new AccessRig(database, data);
        database.close();

        ProblemException problem = problem(() -> rig.access.keys().list());
        ProblemException again = problem(() -> rig.access.roles().list());

        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.headers()).containsKey("Retry-After");
        assertThat(again.status()).as("told at once").isEqualTo(503);
    }

    @Test
    void a_fault_of_the_host_stays_one() {
        assertThatThrownBy(() -> Logins.orUnavailable(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
    }
}
