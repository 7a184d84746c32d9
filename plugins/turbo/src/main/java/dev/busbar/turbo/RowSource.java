package dev.busbar.turbo;

import dev.busbar.plugin.ProblemException;

/** One row as it was sent, whatever the format. */
interface RowSource {
    /** The text of the column that a member names; empty when it names none, or the row has none. */
    String text(Member column);

    /** The 422 that says where the field stands, what it holds, what was expected in its place. */
    ProblemException misfit(Member column, String expected);
}
