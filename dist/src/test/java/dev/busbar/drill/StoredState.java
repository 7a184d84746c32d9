package dev.busbar.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The content of the embedded store of a dead host. Read from a copy, because opening and closing the store itself would repair what the next host has to handle.
 *
 * @param wanted the target state by plugin id
 * @param digests its digest by plugin id
 * @param deaths the crash count of each digest, including the last crash
 * @param missing digests available for rollback whose jar is missing
 */
record StoredState(
        Map<String, Wanted> wanted, Map<String, String> digests, Map<String, Integer> deaths, Set<String> missing) {

    static Path file(Path data) {
        return data.resolve("store").resolve("busbar.mv.db");
    }

    /** Reads the store of a data directory. */
    static StoredState read(Path data, Path copies) throws IOException, SQLException {
        Path copy = Files.createDirectories(copies).resolve("busbar.mv.db");
        Files.copy(file(data), copy, StandardCopyOption.REPLACE_EXISTING);
        String url = "jdbc:h2:file:" + copies.resolve("busbar").toAbsolutePath()
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;IFEXISTS=TRUE";
        try (Connection connection = DriverManager.getConnection(url, "", "");
                Statement statement = connection.createStatement()) {
            return read(statement);
        }
    }

    private static StoredState read(Statement statement) throws SQLException {
        Map<String, List<Wanted.Run>> history = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(
                "select plugin_id, version, configuration from plugin_history order by plugin_id, seq")) {
            while (rows.next()) {
                history.computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                        .add(run(rows.getString(2), rows.getString(3)));
            }
        }
        Map<String, Wanted> wanted = new HashMap<>();
        Map<String, String> digests = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(
                "select plugin_id, version, configuration, enabled, sha256 from plugin_desired")) {
            while (rows.next()) {
                String id = rows.getString(1);
                Wanted.Run now = run(rows.getString(2), rows.getString(3));
                wanted.put(id, new Wanted(now, rows.getBoolean(4), List.copyOf(history.getOrDefault(id, List.of()))));
                digests.put(id, rows.getString(5));
            }
        }
        Map<String, Integer> deaths = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("select sha256, crashes, running from generation_start")) {
            while (rows.next()) {
                deaths.put(rows.getString(1), rows.getInt(2) + (rows.getBoolean(3) ? 1 : 0));
            }
        }
        Set<String> missing = new HashSet<>();
        try (ResultSet rows = statement.executeQuery("select sha256 from plugin_desired union"
                + " select sha256 from plugin_history except select name from blob where namespace = 'artifact'")) {
            while (rows.next()) {
                missing.add(rows.getString(1));
            }
        }
        return new StoredState(wanted, digests, deaths, missing);
    }

    private static Wanted.Run run(String version, String configuration) {
        int serial = Integer.parseInt(version.split("\\.")[1]);
        String digits = configuration == null ? "" : configuration.replaceAll("\\D", "");
        return new Wanted.Run(serial, digits.isEmpty() ? 0 : Integer.parseInt(digits));
    }
}
