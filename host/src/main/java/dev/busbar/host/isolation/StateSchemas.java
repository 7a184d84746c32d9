package dev.busbar.host.isolation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The schemas of its persistent state that a plugin writes and reads, in the manifest attribute {@code Busbar-State}:
 * {@code 3}, or {@code 3 reads 2-3}. Immutable.
 *
 * @param writes the schema it writes; 0 when it has no persistent state
 * @param readsFrom the oldest schema that it reads
 * @param readsTo the newest schema that it reads
 */
public record StateSchemas(int writes, int readsFrom, int readsTo) {
    /** No persistent state. */
    public static final StateSchemas NONE = new StateSchemas(0, 0, 0);

    private static final Pattern FORM =
            Pattern.compile("([1-9]\\d{0,5})(?:\\s+reads\\s+([1-9]\\d{0,5})-([1-9]\\d{0,5}))?");

    /** @throws InvalidPluginException when the attribute is malformed, or the plugin could not read what it writes */
    static StateSchemas parse(String attribute) throws InvalidPluginException {
        if (attribute.isEmpty()) {
            return NONE;
        }
        Matcher form = FORM.matcher(attribute);
        if (form.matches()) {
            int writes = Integer.parseInt(form.group(1));
            int from = form.group(2) == null ? writes : Integer.parseInt(form.group(2));
            int to = form.group(3) == null ? writes : Integer.parseInt(form.group(3));
            if (from <= writes && writes <= to) {
                return new StateSchemas(writes, from, to);
            }
        }
        throw new InvalidPluginException("manifest attribute Busbar-State: \"" + attribute
                + "\" (expected: the schema it writes, or such as \"3 reads 2-3\" with what it writes among what it"
                + " reads)");
    }

    /** Returns whether it can use state of a schema; a plugin without persistent state does not touch it. */
    public boolean canRead(int schema) {
        return writes == 0 || schema == 0 || (readsFrom <= schema && schema <= readsTo);
    }
}
