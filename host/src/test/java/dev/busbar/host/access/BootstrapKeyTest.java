package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.plugin.Principal.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapKeyTest {
    @TempDir
    private Path data;

    @TempDir
    private Path other;

    @EachDatabase
    void a_new_store_gets_a_key_that_may_do_everything(Database database) throws IOException {
        Keys keys = keys(database);

        String key = new BootstrapKey(data).ensure(keys).orElseThrow();

        Authenticated admin = keys.authenticate(key).orElseThrow();
        assertThat(admin.principal().id()).isEqualTo("admin");
        assertThat(admin.principal().kind()).isEqualTo(Kind.HUMAN);
        assertThat(admin.principal().roles()).isEqualTo(Set.of("admin"));
        assertThat(admin.permissions().names()).containsExactly("*:*", "host:*");
        assertThat(Files.readString(file())).isEqualTo(key + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).containsExactly(file());
        }
    }

    @EachDatabase
    void a_store_with_keys_gets_no_other_one(Database database) throws IOException {
        Keys keys = keys(database);
        new BootstrapKey(data).ensure(keys);
        Files.delete(file());

        assertThat(new BootstrapKey(data).ensure(keys)).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @EachDatabase
    void a_start_that_died_between_file_and_store_leaves_its_key_to_the_next(Database database) throws IOException {
        Keys keys = keys(database);
        ApiKey left = BootstrapKey.write(file(), keys.generate());

        assertThat(new BootstrapKey(data).ensure(keys)).contains(left.text());

        assertThat(keys.authenticate(left.text())).isPresent();
    }

    @EachDatabase
    void a_start_after_a_crash_while_writing_succeeds(Database database) throws IOException {
        Files.writeString(data.resolve(".admin.key.tmp"), "bsb_de");
        Files.writeString(file(), "not a key");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));

        String key = new BootstrapKey(data).ensure(keys(database)).orElseThrow();

        assertThat(Files.readString(file())).isEqualTo(key + "\n");
        assertThat(data.resolve(".admin.key.tmp")).doesNotExist();
    }

    @EachDatabase
    void a_key_file_that_others_could_have_read_is_ignored(Database database) throws IOException {
        Keys keys = keys(database);
        ApiKey left = BootstrapKey.write(file(), keys.generate());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        String key = new BootstrapKey(data).ensure(keys).orElseThrow();

        assertThat(key).isNotEqualTo(left.text());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void a_key_file_of_another_user_is_ignored() throws IOException {
        String owner = BootstrapKey.owner(data);
        ApiKey left = BootstrapKey.write(file(), ApiKey.generate("development", new SecureRandom()));

        assertThat(BootstrapKey.read(file(), owner).map(ApiKey::text)).contains(left.text());
        assertThat(BootstrapKey.read(file(), "not-" + owner)).isEmpty();
        assertThat(BootstrapKey.user()).isEqualTo(owner);
    }

    @EachDatabase
    void of_two_first_keys_the_second_is_not_stored(Database database, StoreSettings settings) {
        Keys keys = keys(database);
        ApiKey first = keys.generate();
        ApiKey later = keys.generate();

        assertThat(keys.adopt(first, "admin")).isTrue();
        try (Database second = Database.open(settings)) {
            assertThat(keys(second).adopt(later, "admin")).isFalse();
        }

        assertThat(keys.authenticate(first.text())).isPresent();
        assertThat(keys.authenticate(later.text())).isEmpty();
    }

    @EachDatabase
    void nothing_is_stored_when_the_file_cannot_be_written(Database database) {
        Keys keys = keys(database);

        assertThatThrownBy(() -> new BootstrapKey(data.resolve("nowhere")).ensure(keys))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("(expected: a data directory that this user may write");

        assertThat(keys.isEmpty()).isTrue();
        assertThat(new BootstrapKey(data).ensure(keys)).isNotEqualTo(Optional.empty());
    }

    private Path file() {
        return data.resolve("admin.key");
    }

    private Keys keys(Database database) {
        return new AccessRig(database, other).access.keys();
    }

    @EachDatabase
    void its_file_goes_when_it_is_rotated_or_revoked_and_not_before(Database database) {
        AccessRig rig = new AccessRig(database, data);
        Keys keys = rig.access.keys();
        String first = keys.ensureBootstrapKey().orElseThrow();
        String id = ApiKey.parse(first).orElseThrow().id();
        Keys.Created other = keys.create(AccessRig.key("admin").make(), AccessRig.ADMIN);

        keys.rotate(other.info().id(), Duration.ZERO, Patched.untouched(), AccessRig.ADMIN);
        assertThat(file()).exists();

        keys.rotate(id, Duration.ofHours(1), Patched.untouched(), AccessRig.ADMIN);
        assertThat(file()).doesNotExist();
    }
}
