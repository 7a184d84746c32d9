package dev.busbar.host.auditchain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** Rows that are fetched page by page, each page after the last row of the one before. For one thread. */
final class Pages<T> implements Iterator<T> {
    static final int ROWS = 500;

    private final LongFunction<List<T>> page;
    private final ToLongFunction<T> place;
    private final Deque<T> rows = new ArrayDeque<>();
    private long last = Long.MIN_VALUE;
    private boolean ended;

    /**
     * All rows.
     *
     * @param page returns the next rows after a place
     * @param place returns the place of a row
     */
    Pages(LongFunction<List<T>> page, ToLongFunction<T> place) {
        this.page = page;
        this.place = place;
    }

    @Override
    public boolean hasNext() {
        if (rows.isEmpty() && !ended) {
            rows.addAll(page.apply(last));
            ended = rows.isEmpty();
        }
        return !rows.isEmpty();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no row after " + last);
        }
        T row = rows.remove();
        last = place.applyAsLong(row);
        return row;
    }
}
