package dev.busbar.host.observe.logging;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.ConsoleWriter;
import org.tinylog.writers.Writer;

/**
 * Writes log entries to the console, each message on one line, or continued in lines that begin with a tab. Named
 * {@code escaping console} in {@code tinylog.properties}; created by tinylog, called by any thread.
 */
public final class EscapingConsoleWriter implements Writer {
    private final ConsoleWriter console;

    /** Called by tinylog with the properties of this writer. */
    public EscapingConsoleWriter(Map<String, String> properties) {
        this.console = new ConsoleWriter(properties);
    }

    @Override
    public Collection<LogEntryValue> getRequiredLogEntryValues() {
        EnumSet<LogEntryValue> values = EnumSet.of(LogEntryValue.MESSAGE);
        values.addAll(console.getRequiredLogEntryValues());
        return values;
    }

    @Override
    public void write(LogEntry entry) {
        @Nullable String message = entry.getMessage();
        String escaped = OneLine.ofMessage(Objects.requireNonNullElse(message, ""));
        console.write(escaped.equals(message) ? entry : with(entry, escaped));
    }

    private static LogEntry with(LogEntry entry, String message) {
        return new LogEntry(
                entry.getTimestamp(),
                entry.getThread(),
                entry.getContext(),
                entry.getClassName(),
                entry.getMethodName(),
                entry.getFileName(),
                entry.getLineNumber(),
                entry.getTag(),
                entry.getLevel(),
                message,
                entry.getException());
    }

    @Override
    public void flush() {
        console.flush();
    }

    @Override
    public void close() {
        console.close();
    }
}
