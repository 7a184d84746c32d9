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
        List<List<String>> rows = allRows(document, header);
        if (rows.isEmpty()) {
            throw new IllegalStateException("table \"" + header + "\" (expected in " + document + ")");
        }
        return rows;
    }

    /** The rows of all tables whose headers start with a text, as cells. */
    static List<List<String>> allRows(Path document, String header) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(document)) {
            boolean first = line.startsWith("| " + header);
            if (inside && line.startsWith("|") && !line.startsWith("|--")) {
                rows.add(cells(line));
            }
            inside = line.startsWith("|") && (inside || first);
        }
        return rows;
    }

    /** The code spans of a cell. */
    static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(result -> result.group(1)).toList();
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
    }
}
