package dev.busbar.host.access;

import org.jspecify.annotations.Nullable;

/**
 * One member of a merge patch (RFC 7396): left as it is, taken away, or set. Immutable.
 *
 * @param named whether the patch names it
 * @param value what it is set to; {@code null} takes it away
 */
public record Patched<T>(boolean named, @Nullable T value) {
    /** Left as it is. */
    public static <T> Patched<T> untouched() {
        return new Patched<>(false, null);
    }

    /** Set. */
    public static <T> Patched<T> to(T value) {
        return new Patched<>(true, value);
    }

    /** Taken away. */
    public static <T> Patched<T> away() {
        return new Patched<>(true, null);
    }

    /** What it is after the patch. */
    @Nullable T over(@Nullable T before) {
        return named ? value : before;
    }
}
