package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
import static dev.busbar.host.access.AccessRig.requester;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    @TempDir
    Path data;

    private AtomicReference<Instant> now = new AtomicReference<>(START);

    @EachDatabase
    void a_created_key_authenticates_its_owner(Database database) {
        Keys keys = keys(database);

        Keys.Created created =
                keys.create(key("ada").kind(Kind.HUMAN).roles("researcher").make(), ADMIN);

        Authenticated ada = keys.authenticate(created.key()).orElseThrow();
        assertThat(ada.principal()).isEqualTo(Principal.of("ada", Kind.HUMAN, Set.of("researcher")));
        assertThat(ada.keyId()).isEqualTo(created.info().id());
        assertThat(ada.permissions().names()).containsExactly("datasets:*", "glimpse:*", "insights:read", "turbo:read");
        assertThat(ada.expiresAt()).isEmpty();
        assertThat(created.toString()).doesNotContain(created.key());
    }

    @EachDatabase
    void the_pipeline_sees_permissions_and_an_authenticated_caller(Database database) {
        Keys keys = keys(database);
        String key = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();

        Caller caller = keys.authenticate(key).orElseThrow().caller();

        assertThat(caller.permits().test("turbo:read")).isTrue();
        assertThat(caller.permits().test("turbo:write")).isFalse();
        assertThat(caller.permits().test("host:keys")).isFalse();
        assertThat(caller.permits().test(Endpoint.ANY_PRINCIPAL)).isTrue();
        assertThat(caller.permissions()).containsExactly("*:read");
    }

    @EachDatabase
    void unknown_wrong_and_malformed_keys_are_refused(Database database) {
        Keys keys = keys(database);
        String key = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();
        // Another secret under the same id, with a good checksum, so that only the hash can tell.
        String wrong = withChecksum(key.substring(0, 21) + "0".repeat(32) + "_");

        assertThat(ApiKey.parse(wrong)).map(ApiKey::id).contains(key.substring(8, 20));
        assertThat(keys.authenticate(wrong)).isEmpty();
        assertThat(keys.authenticate(keys.generate().text())).isEmpty();
        assertThat(keys.authenticate(key + " ")).isEmpty();
        assertThat(keys.authenticate("")).isEmpty();
        assertThat(keys.authenticate(key)).isPresent();
    }

    @EachDatabase
    void a_malformed_key_needs_no_store(Database database) {
        Keys keys = keys(database);
        String key = keys.generate().text();
        database.close();

        assertThat(keys.authenticate(key.substring(0, key.length() - 1) + "-")).isEmpty();
        assertThatThrownBy(() -> keys.authenticate(key)).isInstanceOf(RuntimeException.class);
    }

    @EachDatabase
    void a_cached_key_ends_when_it_expires(Database database) {
        Keys keys = keys(database);
        Instant end = START.plusSeconds(2);
        String key = keys.create(
                        key("ada")
                                .kind(Kind.SERVICE)
                                .roles("analyst")
                                .expires(end)
                                .make(),
                        ADMIN)
                .key();
        assertThat(keys.authenticate(key)).flatMap(Authenticated::expiresAt).contains(end);

        now.set(end);

        assertThat(keys.authenticate(key)).isEmpty();
    }

    @EachDatabase
    void a_change_on_another_node_holds_after_a_few_seconds(Database database) {
        Keys keys = keys(database);
        String key = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();
        assertThat(keys.authenticate(key)).isPresent();
        database.jdbi().useHandle(handle -> handle.execute("update principal set disabled_at = created_at"));

        now.set(START.plus(Duration.ofMillis(3_999)));
        assertThat(keys.authenticate(key)).isPresent();
        now.set(START.plus(Duration.ofMillis(4_001)));
        assertThat(keys.authenticate(key)).isEmpty();
    }

    @EachDatabase
    void a_change_on_this_node_holds_at_once(Database database) {
        Keys keys = keys(database);
        String key = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();
        assertThat(keys.authenticate(key)).isPresent();
        database.jdbi().useHandle(handle -> handle.execute("update principal set roles = ''"));

        keys.create(key("bob").kind(Kind.HUMAN).roles("analyst").make(), ADMIN);

        assertThat(keys.authenticate(key)).map(ada -> ada.principal().roles()).contains(Set.of());
    }

    @EachDatabase
    void a_key_permits_its_roles_of_those_its_owner_still_has_cut_down_to_its_list(Database database) {
        Keys keys = keys(database);
        keys.create(key("ada").kind(Kind.HUMAN).roles("researcher", "analyst").make(), ADMIN);
        String one = keys.create(key("ada").roles("researcher").make(), ADMIN).key();
        String cut = keys.create(
                        key("ada").permissions("glimpse:read", "echoes:*").make(), ADMIN)
                .key();

        assertThat(permissions(keys, one)).containsExactly("datasets:*", "glimpse:*", "insights:read", "turbo:read");
        assertThat(permissions(keys, cut)).containsExactly("echoes:read", "glimpse:read");

        database.jdbi().useHandle(handle -> handle.execute("update principal set roles = 'analyst'"));
        now.set(START.plusSeconds(6));

        assertThat(permissions(keys, one)).isEmpty();
        assertThat(permissions(keys, cut)).containsExactly("echoes:read", "glimpse:read");
    }

    @EachDatabase
    void roles_of_the_operators_own_count(Database database) {
        database.jdbi()
                .useHandle(
                        handle -> handle.execute(
                                "insert into role (name, permissions) values ('keeper', 'host:keys turbo:read'), ('none', '')"));
        Keys keys = keys(database);

        String key = keys.create(
                        key("ada").kind(Kind.SERVICE).roles("keeper", "none").make(), ADMIN)
                .key();

        assertThat(permissions(keys, key)).containsExactly("host:keys", "turbo:read");
    }

    @EachDatabase
    void keys_are_listed_without_secrets(Database database) {
        Keys keys = keys(database);
        Instant end = START.plusSeconds(60);
        String first = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();
        now.set(START.plusSeconds(1));
        Keys.Info second = keys.create(
                        key("ada").permissions("turbo:read").expires(end).make(), ADMIN)
                .info();

        assertThat(keys.list()).hasSize(2).last().isEqualTo(second);
        assertThat(second)
                .isEqualTo(new Keys.Info(
                        second.id(),
                        "a key",
                        second.hint(),
                        "ada",
                        Kind.HUMAN,
                        Set.of("analyst"),
                        Set.of("turbo:read"),
                        START.plusSeconds(1),
                        Optional.of("root"),
                        Optional.of(end),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(keys.list().toString()).doesNotContain(first.substring(21, 53));
    }

    @EachDatabase
    void each_member_that_does_not_fit_is_named(Database database) {
        Keys keys = keys(database);
        NewKey wanted = new NewKey(
                "", "a b", Optional.of(Kind.PLATFORM), List.of("boss"), List.of("turbo:read", "x"), Optional.of(START));

        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> keys.create(wanted, ADMIN));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.violations())
                .extracting(ProblemException.Violation::pointer)
                .containsExactly("/name", "/owner", "/expiresAt", "/permissions/1", "/kind", "/roles/0");
        assertThat(problem.violations().get(5).detail())
                .isEqualTo("expected: one of admin, analyst, developer, researcher");
        assertThat(keys.isEmpty()).isTrue();
    }

    @EachDatabase
    void long_lists_are_refused_whole(Database database) {
        List<String> many = Collections.nCopies(101, "turbo:read");
        NewKey wanted = new NewKey("n", "ada", Optional.of(Kind.HUMAN), many, many, Optional.of(Instant.MAX));

        assertThat(pointers(keys(database), wanted)).containsExactly("/permissions", "/roles");
    }

    @EachDatabase
    void a_new_owner_needs_a_kind_and_a_role(Database database) {
        assertThat(pointers(keys(database), key("ada").make())).containsExactly("/kind", "/roles");
    }

    @EachDatabase
    void a_key_must_fit_the_owner_that_is_there(Database database) {
        Keys keys = keys(database);
        keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN);

        assertThat(pointers(keys, key("ada").kind(Kind.SERVICE).roles("admin").make()))
                .containsExactly("/kind", "/roles/0");

        database.jdbi().useHandle(handle -> handle.execute("update principal set disabled_at = created_at"));
        assertThat(pointers(keys, key("ada").make())).containsExactly("/owner");
    }

    @EachDatabase
    void a_creator_cannot_give_a_key_rights_that_it_lacks(Database database) {
        Keys keys = keys(database);
        keys.create(key("boss").kind(Kind.HUMAN).roles("admin").make(), ADMIN);
        Requester keeper = requester("keeper", Kind.HUMAN, "host:keys", "host:roles", "*:read");

        assertForbidden(keys, key("boss").make(), keeper, "*:*");
        assertForbidden(keys, key("boss").permissions("host:plugins").make(), keeper, "host:plugins");
        assertForbidden(keys, key("eve").kind(Kind.HUMAN).roles("developer").make(), keeper, "echoes:*");
        // The list cuts this key down, but its new owner would have the role.
        assertForbidden(
                keys,
                key("eve")
                        .kind(Kind.HUMAN)
                        .roles("admin")
                        .permissions("turbo:read")
                        .make(),
                keeper,
                "*:*");
        assertThat(keys.list()).hasSize(1);

        assertThat(keys.create(
                                key("boss")
                                        .permissions("turbo:read", "host:keys")
                                        .make(),
                                keeper)
                        .info()
                        .permissions())
                .containsExactly("host:keys", "turbo:read");
        assertThat(keys.create(key("eve").kind(Kind.HUMAN).roles("analyst").make(), keeper)
                        .info()
                        .permissions())
                .containsExactly("*:read");
    }

    @EachDatabase
    void a_program_cannot_make_itself_a_person(Database database) {
        Keys keys = keys(database);
        Requester robot = requester("robot", Kind.SERVICE, "*:*", "host:*");

        assertThatThrownBy(() ->
                        keys.create(key("eve").kind(Kind.HUMAN).roles("analyst").make(), robot))
                .isInstanceOf(ProblemException.class)
                .hasMessage("Only a person may do this for a person.");
        assertThat(keys.create(key("other").kind(Kind.SERVICE).roles("admin").make(), robot)
                        .info()
                        .owner())
                .isEqualTo("other");
    }

    @EachDatabase
    void the_store_holds_no_key(Database database) {
        Keys keys = keys(database);
        String key = keys.create(key("ada").kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();

        List<String> row =
                database
                        .jdbi()
                        .withHandle(handle -> handle.createQuery("select * from api_key")
                                .mapToMap()
                                .list())
                        .stream()
                        .flatMap(columns -> columns.values().stream())
                        .map(value -> value instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.ISO_8859_1)
                                : String.valueOf(value))
                        .toList();

        assertThat(row).noneMatch(value -> value.contains(key.substring(21, 53)) || value.contains(key));
    }

    @EachDatabase
    void an_environment_that_does_not_exist_is_refused(Database database) {
        assertThatThrownBy(() -> new AccessRig(database, data, "test")).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertForbidden(Keys keys, NewKey wanted, Requester creator, String missing) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> keys.create(wanted, creator));
        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.members()).containsEntry("requiredPermission", missing);
    }

    private static List<String> pointers(Keys keys, NewKey wanted) {
        return catchThrowableOfType(ProblemException.class, () -> keys.create(wanted, ADMIN)).violations().stream()
                .map(ProblemException.Violation::pointer)
                .toList();
    }

    private static Set<String> permissions(Keys keys, String key) {
        return keys.authenticate(key).orElseThrow().permissions().names();
    }

    private static String withChecksum(String checked) {
        CRC32 crc = new CRC32();
        crc.update(checked.getBytes(StandardCharsets.US_ASCII));
        String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        StringBuilder digits = new StringBuilder();
        for (long rest = crc.getValue(); digits.length() < 6; rest /= 62) {
            digits.insert(0, alphabet.charAt((int) (rest % 62)));
        }
        return checked + digits;
    }

    private Keys keys(Database database) {
        AccessRig rig = new AccessRig(database, data);
        now = rig.now;
        return rig.access.keys();
    }
}
