package dev.busbar.host.testing;

import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import dev.busbar.host.tokens.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * An embedded store that is empty but for its tables and a signing key, for hosts of tests: creating these takes most of
 * the time of a first start. May be called from any thread.
 */
public final class MigratedStore {
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
                try (Database database = Database.open(settings.base().store())) {
                    generateSigningKey(database);
                }
                byte[] bytes = Files.readAllBytes(data.resolve(FILE));
                HostExtension.empty(data);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Generates a signing key in a database, unless there is one. */
    public static void generateSigningKey(Database database) {
        TestTokens.of(database, new FakeAuditTrail(), Clock.systemUTC());
    }

    /** Puts a store into a data directory, unless there is one. */
    public static void putInto(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, Template.BYTES);
    }
}
