package dev.busbar.turbo;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.turbo.text.Texts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Holds a description against the columns that a table has. */
final class Columns {
    private Columns() {}

    /**
     * Returns when every column that the description names is there.
     *
     * @throws ProblemException 422 that points at each member whose column is missing, naming the columns there are
     */
    static void require(AuditDescription description, Collection<String> present, Origin origin) {
        List<Violation> violations = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Member member : Member.COLUMNS) {
            String column = description.column(member);
            if (column != null && !present.contains(column)) {
                missing.add(column);
                violations.add(Violation.of(
                        origin.pointer(member), Texts.quoted(column) + " (expected: " + Texts.list(present) + ")"));
            }
        }
        if (!violations.isEmpty()) {
            String detail = "no column " + Texts.list(missing) + "; the columns are " + Texts.list(present);
            throw ProblemException.invalid(detail, violations);
        }
    }
}
