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
    void a_folder_that_every_user_may_write_to_is_refused() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> DataFolder.prepare(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod o-w " + data);
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
