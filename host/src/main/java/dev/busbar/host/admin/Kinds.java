package dev.busbar.host.admin;

import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Kinds and required members in requests for principals and keys. Stateless. */
final class Kinds {
    private Kinds() {}

    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** @throws ProblemException 422 when there is no such kind */
    static Kind parse(String text) {
        return Arrays.stream(Kind.values())
                .filter(kind -> name(kind).equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid("/kind", "\"" + text + "\" (expected: human, service)"));
    }

    /** @throws ProblemException 422 when the member is absent */
    static String required(String pointer, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw ProblemException.invalid(pointer, "a value is required");
        }
        return value;
    }
}
