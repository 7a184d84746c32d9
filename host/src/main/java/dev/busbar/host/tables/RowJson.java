package dev.busbar.host.tables;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as one line of JSON: an object whose members are the columns in the order of their names. Every row has exactly one
 * such line, in ASCII, so that lines can be compared; also one with half a surrogate pair, which only H2 can hold. Stateless.
 */
final class RowJson {
    private static final JsonCodec JSON = JsonCodec.withoutTraces(RowJson.class.getClassLoader());

    private RowJson() {}

    /** @param row a value for each column: a {@code String, Long, BigDecimal, Boolean, byte[], Instant}, or null */
    static byte[] encode(Table table, Map<String, @Nullable Object> row) {
        StringBuilder line = new StringBuilder("{");
        for (Column column : table.columns()) {
            if (line.length() > 1) {
                line.append(',');
            }
            string(line, column.name());
            line.append(':');
            value(line, row.get(column.name()));
        }
        return line.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void value(StringBuilder line, @Nullable Object value) {
        if (value == null || value instanceof Long || value instanceof Boolean) {
            line.append(value);
        } else if (value instanceof byte[] bytes) {
            line.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
        } else {
            string(line, value.toString());
        }
    }

    private static void string(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                line.append('\\').append(each);
            } else if (each < ' ' || each > '~') {
                line.append(String.format("\\u%04x", (int) each));
            } else {
                line.append(each);
            }
        }
        line.append('"');
    }

    /**
     * Reads a line; a column that it does not have is absent from the result.
     *
     * @throws IOException when it is no row of the table
     */
    static Map<String, @Nullable Object> decode(Table table, byte[] line) throws IOException {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : object(table, line).entrySet()) {
            String name = String.valueOf(member.getKey());
            Column column = table.column(name)
                    .orElseThrow(
                            () -> new IOException(table + ": column \"" + name + "\" (expected: one of its schema)"));
            row.put(name, value(table, column, member.getValue()));
        }
        return row;
    }

    private static Map<?, ?> object(Table table, byte[] line) throws IOException {
        try {
            if (JSON.decode(new ByteArrayInputStream(line), Object.class) instanceof Map<?, ?> members) {
                return members;
            }
        } catch (ProblemException e) {
            throw new IOException(table + ": a line is not JSON", e);
        }
        throw new IOException(table + ": a line is no object");
    }

    private static @Nullable Object value(Table table, Column column, @Nullable Object json) throws IOException {
        if (json == null) {
            return null;
        }
        try {
            return switch (column.kind()) {
                case TEXT -> (String) json;
                case INTEGER -> json instanceof Integer small ? small.longValue() : (Object) (Long) json;
                case DECIMAL -> new BigDecimal((String) json);
                case BOOLEAN -> (Boolean) json;
                case BYTES -> Base64.getDecoder().decode((String) json);
                case INSTANT -> Instant.parse((String) json);
            };
        } catch (ClassCastException | IllegalArgumentException | DateTimeException e) {
            throw new IOException(
                    table + ": column " + column.name() + " has a value of another type (expected: " + column.kind()
                            + ")",
                    e);
        }
    }
}
