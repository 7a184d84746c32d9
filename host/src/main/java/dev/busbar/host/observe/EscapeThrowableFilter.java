package dev.busbar.host.observe;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tinylog.throwable.ThrowableData;
import org.tinylog.throwable.ThrowableFilter;
import org.tinylog.throwable.ThrowableStore;

/**
 * Keeps the messages of exceptions, and of their causes, on one line each. Named {@code escape} in
 * {@code tinylog.properties}; made by tinylog, called by any thread.
 */
public final class EscapeThrowableFilter implements ThrowableFilter {
    private static final int DEEPEST = 50;

    /** Made by tinylog, with what stands behind its name in the configuration: nothing. */
    public EscapeThrowableFilter(@Nullable String argument) {}

    @Override
    public ThrowableData filter(ThrowableData origin) {
        return Objects.requireNonNull(escaped(origin, 0), "origin");
    }

    private static @Nullable ThrowableData escaped(@Nullable ThrowableData data, int depth) {
        if (data == null || depth == DEEPEST) {
            return null;
        }
        @Nullable String message = data.getMessage();
        return new ThrowableStore(
                data.getClassName(),
                message == null ? null : OneLine.of(message),
                data.getStackTrace(),
                escaped(data.getCause(), depth + 1));
    }
}
