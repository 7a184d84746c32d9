package dev.busbar.host.testing;

import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * An empty embedded store whose tables are there, for hosts of tests: creating the tables takes most of the time of a
 * first start. May be called from any thread.
 */
final class MigratedStore {
    private static final String FILE = "store/busbar.mv.db";

    private MigratedStore() {}

    /** Holds the template, made once by the migrations themselves. */
    private static final class Template {
        private static final byte[] BYTES = make();

        private static byte[] make() {
            try {
                Path data = Files.createTempDirectory("busbar-migrated");
                HostSettings settings =
                        HostSettings.load(new Sources(Map.of(), List.of("--port=0", "--data=" + data), data));
                Database.open(settings.base().store()).close();
                byte[] bytes = Files.readAllBytes(data.resolve(FILE));
                HostExtension.empty(data);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Puts a store into a data directory that has none. */
    static void putInto(Path data) throws IOException {
        Path file = data.resolve(FILE);
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, Template.BYTES);
    }
}
