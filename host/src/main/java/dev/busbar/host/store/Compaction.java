package dev.busbar.host.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts the file of an embedded database. While the database is open its file only grows: for a day it does not
 * reuse space that an older version of the file still points to (see {@link Dialect}). So it is rewritten while it is
 * not in use: after a clean stop, and before it is opened after many unclean ones. H2 writes the copy beside it and
 * then renames it. Stateless.
 */
final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    /** The path of a database in a file: not that of one in memory, in an archive or on a server. */
    private static final Pattern FILE = Pattern.compile("jdbc:h2:(?:file:)?(?![A-Za-z][A-Za-z0-9]+:)([^;]+)(?:;.*)?");

    private static final long COMPACTED_AT_STOP_BYTES = 16L << 20;
    private static final long COMPACTED_AT_START_BYTES = 256L << 20;

    private Compaction() {}

    /**
     * Compacts a large file before the database is opened; a failure repeats when the database is opened, with its
     * cause.
     */
    static void beforeUse(StoreSettings settings) {
        Optional<Path> file = file(settings).filter(path -> size(path) > COMPACTED_AT_START_BYTES);
        if (file.isEmpty()) {
            return;
        }
        String url = Dialect.H2.connectionUrl(settings.url());
        try (Connection connection = DriverManager.getConnection(url, settings.user(), settings.password())) {
            compact(file.get(), connection);
        } catch (SQLException e) {
            LOG.warn("the file of the store could not be compacted", e);
        }
    }

    /** Compacts a large file after its last use, and closes the database. */
    static void afterUse(StoreSettings settings, Connection last) throws SQLException {
        Optional<Path> file = file(settings).filter(path -> size(path) > COMPACTED_AT_STOP_BYTES);
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
                "store: compacted from {} KiB to {} KiB in {} ms",
                before >> 10,
                size(file) >> 10,
                (System.nanoTime() - began) / 1_000_000);
    }

    /** The file of an embedded database, found as H2 finds it; empty for any other. */
    static Optional<Path> file(StoreSettings settings) {
        Matcher matcher = FILE.matcher(settings.url());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String path = matcher.group(1);
        String home = path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
        return Optional.of(Path.of(home + ".mv.db"));
    }

    /** The settings of another embedded database, in a file beside, whose name has a suffix. */
    static StoreSettings beside(StoreSettings embedded, String suffix) {
        Matcher matcher = FILE.matcher(embedded.url());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("url: of no file (expected: jdbc:h2:file:/path)");
        }
        String url = embedded.url().substring(0, matcher.end(1))
                + suffix
                + embedded.url().substring(matcher.end(1));
        return new StoreSettings(
                url,
                embedded.user(),
                embedded.password(),
                embedded.connections(),
                embedded.connectTimeout(),
                embedded.startTimeout());
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
