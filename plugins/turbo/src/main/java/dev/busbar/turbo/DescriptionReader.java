package dev.busbar.turbo;

import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.plugin.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the description of a table. The host has checked each parameter of the query by itself; what remains is what
 * parameters have to do with each other, and the members of a JSON body. Used by one thread.
 */
final class DescriptionReader {
    private static final double DEFAULT_CONFIDENCE = 0.95;
    private static final Codec<String> TEXT = Codec.of("a value that is not blank", DescriptionReader::notBlank);
    private static final Codec<Double> COVERAGE = Codec.DOUBLE.min(0.5).max(0.9999);

    /** Required with CSV only, so not by the protocol. */
    private static final Map<Member, Parameter<Optional<String>>> TEXTS = texts();

    private static final Parameter<Double> CONFIDENCE = Parameter.query(Member.CONFIDENCE.text(), COVERAGE)
            .defaultValue(DEFAULT_CONFIDENCE)
            .description("the coverage of the intervals");

    /** The parameters of the query, in the order of the members. */
    static final List<Parameter<?>> PARAMETERS = Stream.<Parameter<?>>concat(
                    TEXTS.values().stream(), Stream.of(CONFIDENCE))
            .toList();

    private final Origin origin;
    private final Map<Member, String> given = new EnumMap<>(Member.class);
    private final List<Violation> violations = new ArrayList<>();
    private double confidence = DEFAULT_CONFIDENCE;

    private DescriptionReader(Origin origin) {
        this.origin = origin;
    }

    private static Map<Member, Parameter<Optional<String>>> texts() {
        Map<Member, Parameter<Optional<String>>> texts = new EnumMap<>(Member.class);
        for (Member member : Member.values()) {
            if (member != Member.CONFIDENCE) {
                texts.put(member, text(member));
            }
        }
        return texts;
    }

    private static Parameter<Optional<String>> text(Member member) {
        Parameter<Optional<String>> text =
                Parameter.query(member.text(), TEXT).optional().description(description(member));
        return switch (member) {
            case PROTECTED_ATTRIBUTE -> text.example("gender");
            case PRIVILEGED -> text.example("Male");
            case DECISION -> text.example("decision");
            case FAVOURABLE -> text.example("admitted");
            case LABEL, FAVOURABLE_LABEL, WEIGHT, STRATUM, CONFIDENCE -> text;
        };
    }

    private static String description(Member member) {
        return switch (member) {
            case PROTECTED_ATTRIBUTE, PRIVILEGED, DECISION, FAVOURABLE -> expected(member) + "; required with CSV";
            case LABEL -> "the column with what was true";
            case FAVOURABLE_LABEL -> "the label that goes with `favourable`; the same value when left out";
            case WEIGHT -> "the column that says how much a row counts for; each counts once when left out";
            case STRATUM -> "the column whose values are held apart before groups are compared";
            case CONFIDENCE -> "";
        };
    }

    private static String notBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("blank");
        }
        return text;
    }

    static AuditDescription ofQuery(Request request) {
        DescriptionReader reader = new DescriptionReader(Origin.QUERY);
        for (String name : request.queryNames()) {
            reader.requireKnown(name);
        }
        TEXTS.forEach((member, parameter) -> request.get(parameter).ifPresent(text -> reader.given.put(member, text)));
        reader.confidence = request.get(CONFIDENCE);
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
        reader.confidence(body.confidence());
        return reader.description();
    }

    private void requireKnown(String name) {
        if (Member.of(name).isEmpty()) {
            String known = Arrays.stream(Member.values()).map(Member::text).collect(Collectors.joining(", "));
            violation(name, "unknown parameter (expected: " + known + ")");
        }
    }

    private void member(Member member, @Nullable String value) {
        if (value != null) {
            given.put(member, value);
            fits(TEXT, member, value);
        }
    }

    private void confidence(@Nullable Double value) {
        if (value != null && fits(COVERAGE, Member.CONFIDENCE, value.toString())) {
            confidence = value;
        }
    }

    private boolean fits(Codec<?> codec, Member member, String value) {
        try {
            Object unused = codec.parse(value);
            return true;
        } catch (IllegalArgumentException e) {
            violation(member.text(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private AuditDescription description() {
        refuseMissing();
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

    private static String expected(Member member) {
        return switch (member) {
            case PROTECTED_ATTRIBUTE -> "the column that says which group a row belongs to";
            case PRIVILEGED -> "the group that the others are compared with";
            case DECISION -> "the column with what was decided or predicted";
            case FAVOURABLE -> "the decision that people wish for";
            case LABEL, FAVOURABLE_LABEL, WEIGHT, STRATUM, CONFIDENCE -> "";
        };
    }

    private void violation(String name, String detail) {
        violations.add(Violation.of(origin.pointer(name), detail));
    }
}
