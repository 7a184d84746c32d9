package dev.busbar.turbo;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import dev.busbar.plugin.ProblemException;
import dev.busbar.turbo.text.Texts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of the fields that the CSV parser finds, keeping only those of named columns. A line is where a row starts,
 * a column is the number of the field. The superclass is fastcsv's extension point. Used by one thread, once.
 */
final class CsvRowHandler extends AbstractBaseCsvCallbackHandler<Row> implements RowSource {
    /** Stands for bytes that are not UTF-8: a noncharacter of Unicode, never part of text. */
    static final char NOT_UTF_8 = '\uffff';

    private static final int MAX_COLUMNS = 10_000;

    private final AuditDescription description;
    private final List<String> header = new ArrayList<>();
    private final Map<Member, Integer> indexes = new EnumMap<>(Member.class);
    private boolean[] needed = {};
    private String[] fields = {};
    private boolean headerComplete;

    CsvRowHandler(AuditDescription description) {
        this.description = description;
    }

    /** The field that the parser is at: {@code line 3, column 2}. */
    String position() {
        return at(getFieldCount());
    }

    /** Refuses a body in which no header was found. */
    void requireHeader() {
        if (!headerComplete) {
            throw ProblemException.badRequest("line 1, column 1: no header (expected: the names of the columns)");
        }
    }

    @Override
    public String text(Member column) {
        Integer index = indexes.get(column);
        return index == null ? "" : fields[index];
    }

    @Override
    public ProblemException misfit(Member column, String expected) {
        int index = indexes.getOrDefault(column, 0);
        return ProblemException.invalid(
                Origin.QUERY.pointer(column),
                at(index) + " (" + header.get(index) + "): " + Texts.quoted(text(column)) + " (expected: " + expected
                        + ")");
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        refuseBadCharacters(index, buffer, offset, length);
        if (headerComplete) {
            if (index < needed.length && needed[index]) {
                fields[index] = new String(buffer, offset, length);
            }
        } else if (index < MAX_COLUMNS) {
            header.add(new String(buffer, offset, length));
        } else {
            throw ProblemException.badRequest(at(index) + ": one more column than " + MAX_COLUMNS);
        }
    }

    @Override
    protected @Nullable Row buildRecord() {
        if (getRecordType() != RecordType.DATA) {
            return null;
        }
        if (!headerComplete) {
            completeHeader();
            return null;
        }
        int count = getFieldCount();
        if (count != header.size()) {
            throw ProblemException.badRequest(at(Math.min(count, header.size())) + ": a row of " + count
                    + " fields (expected: " + header.size() + ", as in the header)");
        }
        return Row.of(this, description);
    }

    private void completeHeader() {
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            Integer earlier = columns.putIfAbsent(name, i);
            if (earlier != null && !name.isBlank()) {
                throw ProblemException.badRequest(at(i) + ": the header has " + Texts.quoted(name)
                        + " already in column " + (earlier + 1) + " (expected: each name once)");
            }
        }
        Columns.require(description, header, Origin.QUERY);
        needed = new boolean[header.size()];
        fields = new String[header.size()];
        for (Member member : Member.COLUMNS) {
            Integer index = columns.get(description.column(member));
            if (index != null) {
                indexes.put(member, index);
                needed[index] = true;
            }
        }
        headerComplete = true;
    }

    private void refuseBadCharacters(int index, char[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == NOT_UTF_8) {
                throw ProblemException.badRequest(at(index) + ": bytes that are not UTF-8");
            }
            if (buffer[i] == 0) {
                throw ProblemException.badRequest(at(index) + ": a NUL character");
            }
        }
    }

    private String at(int index) {
        return "line " + getStartingLineNumber() + ", column " + (index + 1);
    }
}
