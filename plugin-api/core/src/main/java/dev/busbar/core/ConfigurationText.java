package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * The configuration of one generation, to be bound to a type of its own. Immutable.
 *
 * @param text a JSON object; empty for none
 * @param json the generation's binding
 */
public record ConfigurationText(String text, JsonCodec json) {
    /**
     * Binds it.
     *
     * @throws IllegalArgumentException with everything that does not fit, by JSON pointer
     */
    public <T> T as(TypeRef<T> type) {
        byte[] bytes = (text.isEmpty() ? "{}" : text).getBytes(StandardCharsets.UTF_8);
        try {
            return json.decode(new ByteArrayInputStream(bytes), type);
        } catch (ProblemException e) {
            throw new IllegalArgumentException("its configuration does not fit: " + faults(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot fail to be read", e);
        }
    }

    private static String faults(ProblemException problem) {
        return problem.violations().isEmpty()
                ? String.valueOf(problem.getMessage())
                : problem.violations().stream()
                        .map(fault -> fault.pointer() + " " + fault.detail())
                        .collect(Collectors.joining("; "));
    }
}
