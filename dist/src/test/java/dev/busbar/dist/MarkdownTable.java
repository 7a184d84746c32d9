package dev.busbar.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Parser of tables in documents. */
final class MarkdownTable {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private MarkdownTable() {}

    /** The rows of the table whose header starts with a text, as cells. */
    static List<List<String>> rows(Path document, String header) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(document)) {
            if (inside && line.startsWith("|")) {
                rows.add(cells(line));
            }
            inside = line.startsWith("|") && (inside || line.startsWith("| " + header));
        }
        if (rows.size() < 2) {
            throw new IllegalStateException("table \"" + header + "\" (expected in " + document + ")");
        }
        return rows.subList(1, rows.size());
    }

    /** The code spans of a cell. */
    static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(result -> result.group(1)).toList();
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
    }
}
