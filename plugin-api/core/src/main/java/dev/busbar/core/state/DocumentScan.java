package dev.busbar.core.state;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A query for stored documents, in terms of what is stored. Immutable.
 *
 * @param order the field whose values are scanned
 * @param matches the terms that other fields must have
 * @param idPrefix empty for all
 * @param position the last row of the page before
 */
public record DocumentScan(
        String collection,
        Order order,
        Map<String, String> matches,
        String idPrefix,
        boolean descending,
        int limit,
        Optional<Position> position) {
    /** The memory for the bodies of one page: what goes beyond is left to the next. */
    public static final int MAX_PAGE_BYTES = 8 << 20;

    /**
     * The order of a scan, and a range in it.
     *
     * @param field empty for the ids
     * @param from the least term
     * @param below the term that all are below of
     */
    public record Order(String field, String from, String below) {
        static final Order IDS = new Order("", "", Terms.ABOVE_ALL);

        /** Returns whether it is that of the ids. */
        public boolean isOfIds() {
            return field.isEmpty();
        }
    }

    /**
     * A place in the order.
     *
     * @param term empty in the order of ids
     */
    public record Position(String term, String id) {}

    /** The least term that is left to be scanned. */
    public String from() {
        return position.isPresent() && !descending && position.get().term().compareTo(order.from()) > 0
                ? position.get().term()
                : order.from();
    }

    /** The term that all are below of that are left to be scanned. */
    public String below() {
        return position.isPresent() && descending && position.get().term().compareTo(order.below()) < 0
                ? Terms.after(position.get().term())
                : order.below();
    }

    /** The id that those with the prefix are below of; empty for all. */
    public Optional<String> idBelow() {
        return idPrefix.isEmpty() ? Optional.empty() : Optional.of(StateNames.afterPrefix(idPrefix));
    }

    /** A number that another query hardly has: a cursor of one is not used with another. */
    int digest() {
        CRC32 crc = new CRC32();
        String text = collection + '\n' + order + '\n' + new TreeMap<>(matches) + '\n' + idPrefix + '\n' + descending;
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
