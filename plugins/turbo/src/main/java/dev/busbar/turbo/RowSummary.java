package dev.busbar.turbo;

import java.util.List;

/**
 * What became of the rows of a table.
 *
 * @param read how many there were
 * @param counted how many the selection rates rest on
 * @param weight the sum of the weights of those
 * @param weighting {@code rows} (each counts once), {@code counts} (whole numbers), or {@code sampling weights}, whose
 *     intervals use the effective size
 * @param excluded which were left out of what, each with the reason; empty when none was
 */
record RowSummary(long read, long counted, double weight, String weighting, List<Exclusion> excluded) {
    /**
     * Rows that were left out.
     *
     * @param reason why
     * @param from what they were left out of
     * @param rows how many there were
     * @param weight the sum of their weights
     */
    record Exclusion(String reason, String from, long rows, double weight) {}

    RowSummary {
        excluded = List.copyOf(excluded);
    }
}
