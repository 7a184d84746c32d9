package dev.busbar.turbo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.busbar.plugin.ProblemException;
import dev.busbar.turbo.text.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts the rows of a JSON body while they stream in, holding one row at a time. A missing member is an empty field.
 * Used by one thread, once.
 */
final class JsonRows implements RowSource {
    private static final int MAX_COLUMNS = 10_000;
    private static final int MAX_NAMES_KEPT = 1_000;

    private final AuditDescription description;
    private final Map<String, List<Member>> membersOfColumn = new HashMap<>();
    private final Set<String> unseen;
    private final Set<String> columns = new TreeSet<>();
    private final Map<Member, String> fields = new EnumMap<>(Member.class);
    private long index;

    private JsonRows(AuditDescription description) {
        this.description = description;
        for (Member member : Member.COLUMNS) {
            String column = description.column(member);
            if (column != null) {
                membersOfColumn
                        .computeIfAbsent(column, name -> new ArrayList<>())
                        .add(member);
            }
        }
        unseen = new TreeSet<>(membersOfColumn.keySet());
    }

    /**
     * Returns when all rows are counted; the parser stands at the value of {@code rows}.
     *
     * @throws ProblemException 422 with the pointer of the member that does not fit
     * @throws IOException when the body cannot be read, or is malformed
     */
    static void read(JsonParser parser, AuditDescription description, RowCounter counter) throws IOException {
        new JsonRows(description).read(parser, counter);
    }

    /** The refusal of a table without rows. */
    static ProblemException none() {
        return ProblemException.invalid("/rows", "no rows (expected: at least one)");
    }

    /** The kind of a JSON value, in words. */
    static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
    }

    private void read(JsonParser parser, RowCounter counter) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            throw none();
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw ProblemException.invalid("/rows", kind(parser.currentToken()) + " (expected: an array of objects)");
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw ProblemException.invalid("/rows/" + index, kind(token) + " (expected: an object)");
            }
            readRow(parser);
            counter.add(Row.of(this, description));
            index++;
        }
        if (index == 0) {
            throw none();
        }
        if (!unseen.isEmpty()) {
            columns.addAll(membersOfColumn.keySet());
            columns.removeAll(unseen);
            Columns.require(description, columns, Origin.BODY);
        }
    }

    private void readRow(JsonParser parser) throws IOException {
        fields.clear();
        int count = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            count++;
            if (count > MAX_COLUMNS) {
                throw ProblemException.invalid(
                        "/rows/" + index, "more than " + MAX_COLUMNS + " members (expected: at most that many)");
            }
            String column = parser.currentName();
            parser.nextToken();
            List<Member> members = membersOfColumn.get(column);
            if (members == null) {
                noteColumn(column);
                parser.skipChildren();
            } else {
                unseen.remove(column);
                if (fields.containsKey(members.get(0))) {
                    throw JsonBody.duplicate(parser, column);
                }
                String value = value(parser, members.get(0));
                members.forEach(member -> fields.put(member, value));
            }
        }
    }

    /** Names are kept as long as one is missing, to be shown in the problem. */
    private void noteColumn(String column) {
        if (!unseen.isEmpty() && columns.size() < MAX_NAMES_KEPT) {
            columns.add(column);
        }
    }

    private String value(JsonParser parser, Member column) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            throw problem(column, "an object or array", "a string, number, boolean or null");
        }
        return token == JsonToken.VALUE_NULL ? "" : parser.getText();
    }

    @Override
    public String text(Member column) {
        return fields.getOrDefault(column, "");
    }

    @Override
    public ProblemException misfit(Member column, String expected) {
        return problem(column, Texts.quoted(text(column)), expected);
    }

    private ProblemException problem(Member column, String value, String expected) {
        String name = String.valueOf(description.column(column));
        String pointer = "/rows/" + index + "/" + name.replace("~", "~0").replace("/", "~1");
        return ProblemException.invalid(pointer, pointer + ": " + value + " (expected: " + expected + ")");
    }
}
