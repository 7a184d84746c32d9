package dev.busbar.turbo;

import dev.busbar.turbo.statistics.Measure;
import dev.busbar.turbo.statistics.Proportion;
import dev.busbar.turbo.statistics.Wilson;

/**
 * How often a group is decided favourably.
 *
 * @param group the group
 * @param total the weight of its rows
 * @param favourable the weight of those decided favourably
 * @param effectiveSize how many independent observations its rows are worth: {@code total}, but for sampling weights
 * @param rate the selection rate, with Wilson's interval
 */
record Selection(String group, double total, double favourable, double effectiveSize, Measure rate) {
    static Selection of(Group group, double z) {
        Proportion selection = group.selection();
        return new Selection(
                group.name(),
                selection.total(),
                selection.successes(),
                selection.effectiveTotal(),
                Wilson.rate(selection, z));
    }
}
