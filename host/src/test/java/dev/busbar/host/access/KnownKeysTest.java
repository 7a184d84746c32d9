package dev.busbar.host.access;

import static dev.busbar.host.access.AccessRig.ADMIN;
import static dev.busbar.host.access.AccessRig.START;
import static dev.busbar.host.access.AccessRig.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.io.TempDir;

/** Authentication over a store that does not answer: look-ups stay in a queue until the test runs them. */
class KnownKeysTest {
    @TempDir
    Path data;

    private final Queue<Runnable> hanging = new ArrayDeque<>();
    private boolean hangs;
    private int reads;

    private final Executor store = task -> {
        reads++;
        if (hangs) {
            hanging.add(task);
        } else {
            task.run();
        }
    };

    private AccessRig rig(Database database) {
        return new AccessRig(database, data, "development", store);
    }

    private static String newKey(AccessRig rig, String owner) {
        return rig.access
                .keys()
                .create(key(owner).kind(Kind.HUMAN).roles("analyst").make(), ADMIN)
                .key();
    }

    private void recover() {
        hangs = false;
        while (!hanging.isEmpty()) {
            hanging.remove().run();
        }
    }

    @EachDatabase
    void a_known_key_waits_for_a_store_that_hangs_once_and_then_not_at_all(Database database) {
        AccessRig rig = rig(database);
        Keys keys = rig.access.keys();
        String ada = newKey(rig, "ada");
        String bob = newKey(rig, "bob");
        assertThat(keys.authenticate(ada)).isPresent();
        assertThat(keys.authenticate(bob)).isPresent();
        rig.now.set(START.plusSeconds(60));
        hangs = true;
        int before = reads;

        assertThat(keys.authenticate(ada)).isPresent();
        for (int i = 0; i < 100; i++) {
            // A thread that must not block would throw here if it had to wait.
            NonBlocking.run(() -> {
                assertThat(keys.authenticate(ada)).isPresent();
                assertThat(keys.authenticate(bob)).isPresent();
                assertThat(rig.access.roles().current().names()).isNotEmpty();
            });
        }

        assertThat(reads - before).as("the look-up, and one that finds out").isEqualTo(2);
    }

    @EachDatabase
    void the_look_up_in_the_background_brings_what_has_changed(Database database) {
        AccessRig rig = rig(database);
        Keys keys = rig.access.keys();
        String ada = newKey(rig, "ada");
        assertThat(keys.authenticate(ada)).isPresent();
        rig.now.set(START.plusSeconds(60));
        hangs = true;
        assertThat(keys.authenticate(ada)).isPresent();
        database.jdbi().useHandle(handle -> handle.execute("update api_key set revoked_at = created_at"));

        recover();

        assertThat(keys.authenticate(ada)).isEmpty();
    }

    @EachDatabase
    void a_store_that_fails_is_tried_again_in_the_background(Database database) {
        AccessRig rig = rig(database);
        Keys keys = rig.access.keys();
        String ada = newKey(rig, "ada");
        assertThat(keys.authenticate(ada)).isPresent();
        rig.now.set(START.plusSeconds(60));
        database.close();

        for (int i = 0; i < 10; i++) {
            assertThat(keys.authenticate(ada)).isPresent();
        }

        assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> keys.authenticate(keys.generate().text()))
                        .status())
                .isEqualTo(503);
        rig.now.set(START.plus(Duration.ofMinutes(6)));
        assertThat(catchThrowableOfType(ProblemException.class, () -> keys.authenticate(ada))
                        .status())
                .as("known for too long")
                .isEqualTo(503);
    }

    /** What is about to change something is asked again by its id, which the key was not looked up by. */
    @EachDatabase
    void a_key_that_was_just_authenticated_is_current_without_the_store(Database database) {
        AccessRig rig = rig(database);
        Requester ada = rig.admin("ada");
        database.close();

        Optional<?> current = ada.caller().credential().current(ada.caller(), "10.1.2.3");

        assertThat(current).isPresent();
    }

    @EachDatabase
    void a_key_that_this_node_has_changed_is_not_used_without_the_store_as_it_was(Database database) {
        AccessRig rig = rig(database);
        Keys keys = rig.access.keys();
        String ada = newKey(rig, "ada");
        String bob = newKey(rig, "bob");
        String eve = newKey(rig, "eve");
        for (String key : List.of(ada, bob, eve)) {
            assertThat(keys.authenticate(key)).isPresent();
        }
        Principals.Change off = new Principals.Change(Patched.untouched(), Patched.untouched(), Patched.to(true));
        rig.access.principals().change("ada", off, ADMIN);
        keys.revoke(Keys.idOf(bob).orElseThrow(), ADMIN);
        database.close();

        for (String key : List.of(ada, bob)) {
            assertThat(catchThrowableOfType(ProblemException.class, () -> keys.authenticate(key))
                            .status())
                    .isEqualTo(503);
        }
        assertThat(keys.authenticate(eve)).as("not changed").isPresent();
    }

    @EachDatabase
    void a_role_that_this_node_has_changed_is_not_used_without_the_store_as_it_was(Database database) {
        AccessRig rig = rig(database);
        Keys keys = rig.access.keys();
        String ada = newKey(rig, "ada");
        assertThat(keys.authenticate(ada)).isPresent();
        rig.access.roles().put("analyst", List.of(), ADMIN);
        database.close();

        assertThat(catchThrowableOfType(ProblemException.class, () -> keys.authenticate(ada))
                        .status())
                .isEqualTo(503);
    }
}
