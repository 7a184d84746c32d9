package dev.busbar.host.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All faults of the configuration. The message has a line for each fault and no secret. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /**
     * Fault of one setting.
     *
     * @param source where it was set: file and line, variable or argument
     * @param key the key; empty for a fault of a whole file
     * @param value what it was set to, as written; {@code null} where it cannot be shown or does not matter
     * @param expectation the expected value
     */
    public record Fault(String source, String key, @Nullable String value, String expectation) {
        @Override
        public String toString() {
            String what = key.isEmpty() ? "" : " " + key + (value == null ? "" : " = \"" + value + "\"");
            return source + ":" + what + " (expected: " + expectation + ")";
        }
    }

    ConfigurationException(List<Fault> faults) {
        super(faults.stream()
                .map(Fault::toString)
                .collect(Collectors.joining("\n  ", "configuration: " + faults.size() + " to correct\n  ", "")));
        this.faults = List.copyOf(faults);
    }

    /** The faults, in the order they were found. */
    public List<Fault> faults() {
        return faults;
    }
}
