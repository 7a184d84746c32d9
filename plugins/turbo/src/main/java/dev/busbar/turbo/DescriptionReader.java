package dev.busbar.turbo;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.plugin.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the description of a table, answering everything that is wrong with it at once. Used by one thread. */
final class DescriptionReader {
    private static final double DEFAULT_CONFIDENCE = 0.95;
    private static final double LEAST_CONFIDENCE = 0.5;
    private static final double MOST_CONFIDENCE = 0.9999;

    private final Origin origin;
    private final Map<Member, String> given = new EnumMap<>(Member.class);
    private final List<Violation> violations = new ArrayList<>();

    private DescriptionReader(Origin origin) {
        this.origin = origin;
    }

    static AuditDescription ofQuery(Request request) {
        DescriptionReader reader = new DescriptionReader(Origin.QUERY);
        for (String name : request.queryNames()) {
            reader.parameter(name, request.queryAll(name));
        }
        return reader.description();
    }

    static AuditDescription ofBody(Request request, AuditRequest body) {
        DescriptionReader reader = new DescriptionReader(Origin.BODY);
        for (String name : request.queryNames()) {
            reader.violations.add(Violation.of(
                    Origin.QUERY.pointer(name),
                    "query parameter (expected: none; JSON carries the description itself)"));
        }
        reader.member(Member.PROTECTED_ATTRIBUTE, body.protectedAttribute());
        reader.member(Member.PRIVILEGED, body.privileged());
        reader.member(Member.DECISION, body.decision());
        reader.member(Member.FAVOURABLE, body.favourable());
        reader.member(Member.LABEL, body.label());
        reader.member(Member.FAVOURABLE_LABEL, body.favourableLabel());
        reader.member(Member.WEIGHT, body.weight());
        reader.member(Member.STRATUM, body.stratum());
        Double confidence = body.confidence();
        reader.member(Member.CONFIDENCE, confidence == null ? null : confidence.toString());
        return reader.description();
    }

    private void parameter(String name, List<String> values) {
        Member member = Member.of(name).orElse(null);
        if (member == null) {
            String known = Arrays.stream(Member.values()).map(Member::text).collect(Collectors.joining(", "));
            violation(name, "unknown parameter (expected: " + known + ")");
        } else if (values.size() > 1) {
            violation(name, "given " + values.size() + " times (expected: once)");
        } else {
            member(member, values.get(0));
        }
    }

    private void member(Member member, @Nullable String value) {
        if (value == null) {
            return;
        }
        given.put(member, value);
        if (value.isBlank()) {
            violation(member.text(), "empty (expected: a value, or to be left out)");
        }
    }

    private AuditDescription description() {
        refuseMissing();
        double confidence = confidence();
        if (!violations.isEmpty()) {
            String detail = violations.stream()
                    .map(violation -> violation.pointer() + ": " + violation.detail())
                    .collect(Collectors.joining("; "));
            throw ProblemException.invalid(detail, violations);
        }
        String favourable = given.getOrDefault(Member.FAVOURABLE, "");
        String label = given.get(Member.LABEL);
        return new AuditDescription(
                given.getOrDefault(Member.PROTECTED_ATTRIBUTE, ""),
                given.getOrDefault(Member.PRIVILEGED, ""),
                given.getOrDefault(Member.DECISION, ""),
                favourable,
                label,
                label == null ? null : given.getOrDefault(Member.FAVOURABLE_LABEL, favourable),
                given.get(Member.WEIGHT),
                given.get(Member.STRATUM),
                confidence);
    }

    private void refuseMissing() {
        for (Member member : Member.values()) {
            if (member.required() && !given.containsKey(member)) {
                violation(member.text(), "missing (expected: " + expected(member) + ")");
            }
        }
        if (given.containsKey(Member.FAVOURABLE_LABEL) && !given.containsKey(Member.LABEL)) {
            violation(Member.FAVOURABLE_LABEL.text(), "given without label (expected: the column it is a value of)");
        }
    }

    private double confidence() {
        String text = given.get(Member.CONFIDENCE);
        if (text == null || text.isBlank()) {
            return DEFAULT_CONFIDENCE;
        }
        OptionalDouble value = DecimalNumber.parse(text);
        if (value.isEmpty() || value.getAsDouble() < LEAST_CONFIDENCE || value.getAsDouble() > MOST_CONFIDENCE) {
            violation(
                    Member.CONFIDENCE.text(),
                    "\"" + text + "\" (expected: a number from " + LEAST_CONFIDENCE + " to " + MOST_CONFIDENCE + ")");
        }
        return value.orElse(DEFAULT_CONFIDENCE);
    }

    private static String expected(Member member) {
        return switch (member) {
            case PROTECTED_ATTRIBUTE -> "the column that says which group a row belongs to";
            case PRIVILEGED -> "the group that the others are compared with";
            case DECISION -> "the column with what was decided";
            case FAVOURABLE -> "the decision that people wish for";
            case LABEL, FAVOURABLE_LABEL, WEIGHT, STRATUM, CONFIDENCE -> "";
        };
    }

    private void violation(String name, String detail) {
        violations.add(Violation.of(origin.pointer(name), detail));
    }
}
