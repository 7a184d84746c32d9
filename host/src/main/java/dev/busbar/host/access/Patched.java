package dev.busbar.host.access;

import org.jspecify.annotations.Nullable;

/**
 * A member of a merge patch (RFC 7396): untouched, removed, or set. Immutable.
 *
 * @param named true if the patch names the member
 * @param value the new value; {@code null} removes the member
 */
public record Patched<T>(boolean named, @Nullable T value) {
    /** A member that the patch leaves unchanged. */
    public static <T> Patched<T> untouched() {
        return new Patched<>(false, null);
    }

    /** A member with a new value. */
    public static <T> Patched<T> to(T value) {
        return new Patched<>(true, value);
    }

    /** A removed member. */
    public static <T> Patched<T> removed() {
        return new Patched<>(true, null);
    }

    /** The value after the patch. */
    @Nullable T over(@Nullable T before) {
        return named ? value : before;
    }
}
