package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.access.AccessRig;
import dev.busbar.host.access.Authenticated;
import dev.busbar.host.access.Keys;
import dev.busbar.host.auditlog.AuditLogs;
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
import org.junit.jupiter.api.io.TempDir;

/** What a token permits beside its key: the one that issued it, which has it cached, and another node, which has not. */
class LoginsTest {
    private static final Logins.Attempt INSIDE = new Logins.Attempt("10.1.2.3", "request-1");
    private static final Logins.Attempt OUTSIDE = new Logins.Attempt("192.0.2.1", "request-2");

    @TempDir
    Path data;

    private List<Logins> nodes(AccessRig rig, Database database) {
        return List.of(node(rig, database), node(rig, database));
    }

    private static Logins node(AccessRig rig, Database database) {
        Tokens tokens = TestTokens.of(database, AuditLogs.temporary(database, rig.clock()), rig.clock());
        return new Logins(rig.access, tokens, AuthenticationSettings.DEFAULTS, rig.audit);
    }

    private static String issue(Logins node, String subject, Keys.Info key, String... scope) {
        Grant grant = new Grant(subject, key.id(), Set.of(), List.of(scope), Optional.empty(), key.expiresAt());
        return node.issue(grant).text();
    }

    private static int status(Logins node, String token, Logins.Attempt attempt) {
        return Optional.ofNullable(catchThrowableOfType(ProblemException.class, () -> node.byToken(token, attempt)))
                .map(ProblemException::status)
                .orElse(200);
    }

    @EachDatabase
    void a_token_that_is_limited_by_its_scope_permits_no_more(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys.Info key = rig.newKey("ada", "researcher");
        List<Logins> nodes = nodes(rig, database);
        String token = issue(nodes.get(0), "ada", key, "turbo:read");

        for (Logins node : nodes) {
            Authenticated caller = node.byToken(token, INSIDE);

            assertThat(caller.permissions().names()).containsExactly("turbo:read");
            assertThat(caller.caller().permits().test("glimpse:read")).isFalse();
        }
    }

    @EachDatabase
    void a_token_whose_key_belongs_to_another_principal_is_refused(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys.Info key = rig.newKey("ada", "researcher");
        List<Logins> nodes = nodes(rig, database);
        String own = issue(nodes.get(0), "ada", key, "turbo:read");
        String others = issue(nodes.get(0), "bob", key, "turbo:read");

        for (Logins node : nodes) {
            assertThat(status(node, own, INSIDE)).isEqualTo(200);
            assertThat(status(node, others, INSIDE)).isEqualTo(401);
        }
    }

    @EachDatabase
    void a_token_of_a_key_that_is_bound_to_addresses_is_bound_to_them(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys.Info key = rig.newKey("ada", "researcher", "10.0.0.0/8");
        List<Logins> nodes = nodes(rig, database);
        String token = issue(nodes.get(0), "ada", key, "turbo:read");

        for (Logins node : nodes) {
            assertThat(status(node, token, OUTSIDE)).isEqualTo(401);
            assertThat(status(node, token, INSIDE)).isEqualTo(200);
            assertThat(status(node, token, OUTSIDE)).as("cached by now").isEqualTo(401);
        }
    }
}
