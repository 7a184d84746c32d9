package dev.busbar.plugin.state;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Some of many, in order, with the cursor of the page behind. Immutable.
 *
 * @param <T> the type of the items
 */
public final class Page<T> {
    private final List<T> items;
    private final Optional<String> next;

    private Page(List<T> items, Optional<String> next) {
        this.items = items;
        this.next = next;
    }

    /** A page; made by the host and by tests. */
    public static <T> Page<T> of(List<T> items, Optional<String> next) {
        return new Page<>(List.copyOf(items), requireNonNull(next, "next"));
    }

    /** The items, in order. */
    public List<T> items() {
        return items;
    }

    /**
     * The cursor of the page behind; empty for the last one. Opaque, fit for a URL, and valid as long as the state is
     * there: it holds nothing.
     */
    public Optional<String> next() {
        return next;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Page<?> that && items.equals(that.items) && next.equals(that.next);
    }

    @Override
    public int hashCode() {
        return Objects.hash(items, next);
    }

    @Override
    public String toString() {
        return "Page[" + items.size() + " items, next " + next.orElse("none") + "]";
    }
}
