package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:file:/srv/x/db, /srv/x/db.mv.db",
        "jdbc:h2:/srv/x/db;CACHE_SIZE=1, /srv/x/db.mv.db",
        "jdbc:h2:./db, ./db.mv.db",
        "jdbc:h2:mem:x, ",
        "jdbc:h2:tcp://localhost/x, ",
        "jdbc:h2:ssl:localhost/x, ",
        "jdbc:postgresql://localhost/x, ",
    })
    void the_file_is_found_as_h2_finds_it(String url, @Nullable String file) {
        assertThat(Compaction.file(StoreSettings.of(url, "", "")).map(Path::toString))
                .isEqualTo(Optional.ofNullable(file));
    }

    @Test
    void a_file_below_the_home_of_the_user_is_found() {
        String home = System.getProperty("user.home");

        for (String url : List.of("jdbc:h2:file:~/db", "jdbc:h2:~/db;MODE=PostgreSQL")) {
            assertThat(Compaction.file(StoreSettings.of(url, "", ""))).contains(Path.of(home, "db.mv.db"));
        }
    }

    @Test
    void no_empty_file_hides_the_copy_of_a_crash() throws IOException {
        StoreSettings left = StoreSettings.of("jdbc:h2:" + folder.resolve("x"), "", "");
        Files.writeString(folder.resolve("x.mv.db.newFile"), "copy");

        PrivateFile.prepare(left);

        assertThat(folder.resolve("x.mv.db")).doesNotExist();
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
