package dev.busbar.host.observe.logging;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tinylog.throwable.ThrowableData;
import org.tinylog.throwable.ThrowableFilter;
import org.tinylog.throwable.ThrowableStore;

/**
 * Escapes the messages of exceptions and their causes, so that each stays on one line. Named {@code escape} in
 * {@code tinylog.properties}; created by tinylog, called by any thread.
 */
public final class EscapeThrowableFilter implements ThrowableFilter {
    private static final int MAX_DEPTH = 50;

    /** Called by tinylog with the argument behind the name in the configuration, of which there is none. */
    public EscapeThrowableFilter(@Nullable String argument) {}

    @Override
    public ThrowableData filter(ThrowableData origin) {
        return Objects.requireNonNull(escaped(origin, 0), "origin");
    }

    private static @Nullable ThrowableData escaped(@Nullable ThrowableData data, int depth) {
        if (data == null || depth == MAX_DEPTH) {
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
