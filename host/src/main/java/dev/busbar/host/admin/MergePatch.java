package dev.busbar.host.admin;

import dev.busbar.host.access.Patched;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.plugin.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Merge Patch (RFC 7396), read member by member: {@code null} removes a member, an absent member is untouched, an
 * unknown member is refused. For one thread and one request.
 */
final class MergePatch {
    /** The description of such a body for clients. */
    static final String DESCRIPTION =
            "A JSON Merge Patch (RFC 7396): absent members are unchanged, `null` removes a value.";

    private final Map<String, Object> members = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private MergePatch(Map<?, ?> members) {
        members.forEach((name, value) -> this.members.put(String.valueOf(name), value));
    }

    /** @throws ProblemException when the body is not a JSON object */
    static MergePatch of(Request request) {
        return new MergePatch(request.json(Map.class));
    }

    Patched<String> text(String name) {
        return member(name, "a text", value -> value instanceof String text ? text : null);
    }

    Patched<Boolean> flag(String name) {
        return member(name, "true or false", value -> value instanceof Boolean flag ? flag : null);
    }

    Patched<List<String>> texts(String name) {
        return member(name, "a list of texts", MergePatch::texts);
    }

    Patched<Instant> instant(String name) {
        return member(name, "a time such as 2027-01-31T12:00:00Z", MergePatch::instant);
    }

    private <T> Patched<T> member(String name, String expectation, Function<Object, @Nullable T> read) {
        if (!members.containsKey(name)) {
            return Patched.untouched();
        }
        Object value = members.remove(name);
        if (value == null) {
            return Patched.removed();
        }
        T fitting = read.apply(value);
        if (fitting == null) {
            violations.add(Violation.of("/" + name, "expected: " + expectation));
            return Patched.untouched();
        }
        return Patched.to(fitting);
    }

    private static @Nullable List<String> texts(Object value) {
        return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? list.stream().map(Objects::toString).toList()
                : null;
    }

    private static @Nullable Instant instant(Object value) {
        try {
            return value instanceof String text ? Instant.parse(text) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A member that cannot be removed. */
    <T> Patched<T> required(String name, Patched<T> member) {
        if (member.named() && member.value() == null) {
            violations.add(Violation.of("/" + name, "expected: a value; this member cannot be removed"));
            return Patched.untouched();
        }
        return member;
    }

    /** @throws ProblemException 422 that names each invalid or unknown member */
    void finish() {
        members.keySet().forEach(name -> violations.add(Violation.of("/" + name, "unknown member")));
        if (!violations.isEmpty()) {
            throw ProblemException.invalid("The patch is invalid.", violations);
        }
    }
}
