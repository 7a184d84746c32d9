package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may look into the data directory. */
final class DataFolderTest {
    @TempDir
    Path folder;

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void what_is_made_is_for_the_owner_alone() throws Exception {
        Path data = folder.resolve("deep/data");
        DataFolder.prepare(data);

        for (Path each : new Path[] {data, data.resolve("store"), data.resolve("work")}) {
            assertThat(mode(each)).isEqualTo("rwx------");
        }
    }

    @Test
    void a_folder_that_every_user_may_write_to_is_closed() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("mine"), "");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));

        boolean unused = DataFolder.prepare(data);

        assertThat(mode(data)).isEqualTo("rwxrwxr-x");
    }

    @Test
    void a_folder_that_every_user_may_write_to_with_a_file_of_another_user_is_refused() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path planted = Files.writeString(data.resolve("admin.key"), "");
        String owner = LocalUser.ownerOf(planted);

        DataFolder.requireOwnFiles(data, owner, none -> false);
        assertThatThrownBy(() -> DataFolder.requireOwnFiles(data, "not " + owner, none -> false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.key is of another user")
                .hasMessageContaining("chmod o-w " + data);
    }

    @Test
    void users_are_told_by_number_because_a_container_has_no_names() throws Exception {
        Path own = Files.writeString(folder.resolve("own"), "");
        ProcessHandle here = ProcessHandle.current();

        assertThat(LocalUser.of(here)).contains(LocalUser.ownerOf(own));
        if (Files.exists(Path.of("/proc/self/stat"))) {
            assertThat(LocalUser.ownerOf(own)).containsOnlyDigits();
            assertThat(LocalUser.startTicks(here.pid())).isPresent();
        }
        assertThat(LocalUser.startTicks(-1)).isEmpty();
    }

    @Test
    void what_is_there_is_left_as_it_is_and_its_insides_are_closed() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(DataFolder.prepare(data)).isTrue();

        assertThat(mode(data)).isEqualTo("rwxr-xr-x");
        assertThat(mode(data.resolve("store"))).isEqualTo("rwx------");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        assertThat(DataFolder.prepare(data)).isFalse();
    }
}
