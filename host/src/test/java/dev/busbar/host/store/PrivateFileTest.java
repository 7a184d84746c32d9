package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read the file of an embedded database that is not in the data directory. */
class PrivateFileTest {
    @TempDir
    Path folder;

    private StoreSettings settings;

    private Path file() {
        return folder.resolve("deep/er/busbar.mv.db");
    }

    private void openAndClose() {
        settings = StoreSettings.of("jdbc:h2:file:" + folder.resolve("deep/er/busbar"), "", "");
        try (Database database = Database.open(settings)) {
            database.jdbi()
                    .useHandle(handle -> handle.execute("insert into role (name, permissions) values ('a', '')"));
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void a_new_file_and_its_folders_are_for_their_user_only() throws IOException {
        openAndClose();

        assertThat(mode(file())).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("deep"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("deep/er"))).isEqualTo("rwx------");
    }

    @Test
    void a_file_that_others_could_read_is_restricted_and_keeps_its_content() throws IOException {
        openAndClose();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        try (Database database = Database.open(settings)) {
            assertThat(mode(file())).isEqualTo("rw-------");
            long rows = database.jdbi()
                    .withHandle(handle -> handle.createQuery("select count(*) from role where name = 'a'")
                            .mapTo(Long.class)
                            .one());
            assertThat(rows).isEqualTo(1);
        }
    }
}
