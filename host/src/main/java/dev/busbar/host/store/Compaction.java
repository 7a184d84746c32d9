package dev.busbar.host.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the file of an embedded database small again. While it is open it only grows: for a day it does not use again
 * what an older version of it still points to (see {@link Dialect}). So it is written anew when nobody uses it: at a
 * good stop, and after many bad ones before it is opened. H2 writes the copy beside it and then renames it. Stateless.
 */
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    private static final String FILE = "jdbc:h2:file:";
    private static final long WORTH_IT_AT_STOP = 16L << 20;
    private static final long WORTH_IT_AT_START = 256L << 20;

    private Compaction() {}

    /** Before the database is opened; what fails here fails the opening too, and says why. */
    static void beforeUse(StoreSettings settings) {
        Optional<Path> file = file(settings).filter(path -> size(path) > WORTH_IT_AT_START);
        if (file.isEmpty()) {
            return;
        }
        String url = Dialect.H2.connectionUrl(settings.url());
        try (Connection connection = DriverManager.getConnection(url, settings.user(), settings.password())) {
            compact(file.get(), connection);
        } catch (SQLException e) {
            LOG.warn("the store could not be made smaller", e);
        }
    }

    /** After its last use; closes the database where it is worth it. */
    static void afterUse(StoreSettings settings, Connection last) throws SQLException {
        Optional<Path> file = file(settings).filter(path -> size(path) > WORTH_IT_AT_STOP);
        if (file.isPresent()) {
            compact(file.get(), last);
        }
    }

    private static void compact(Path file, Connection connection) throws SQLException {
        long before = size(file);
        long began = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute("shutdown compact");
        }
        LOG.info(
                "store: {} KiB made {} KiB in {} ms",
                before >> 10,
                size(file) >> 10,
                (System.nanoTime() - began) / 1_000_000);
    }

    private static Optional<Path> file(StoreSettings settings) {
        if (!settings.url().startsWith(FILE)) {
            return Optional.empty();
        }
        String path = settings.url().substring(FILE.length());
        int options = path.indexOf(';');
        return Optional.of(Path.of((options < 0 ? path : path.substring(0, options)) + ".mv.db"));
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
