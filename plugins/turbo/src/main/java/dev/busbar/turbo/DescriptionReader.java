package dev.busbar.turbo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import dev.busbar.plugin.Request;
import dev.busbar.turbo.text.Texts;
import dev.busbar.turbo.text.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the description of a table. The host has checked each parameter of the query by itself; what remains is what
 * parameters have to do with each other, and the members of a JSON body. Used by one thread.
 */
final class DescriptionReader {
    private static final double DEFAULT_CONFIDENCE = 0.95;

    /** Reading stops at so many: a body may have any number of members. */
    private static final int MAX_VIOLATIONS = 20;

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

    private static final List<Member> REQUIRED =
            Arrays.stream(Member.values()).filter(Member::required).toList();

    private final Origin origin;
    private final Map<Member, String> given = new EnumMap<>(Member.class);
    private final List<Violation> violations = new ArrayList<>();
    private final Set<Member> members = EnumSet.noneOf(Member.class);
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
        if (Values.isBlank(text)) {
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

    /** A reader to be given the members of a JSON body, which the query must not repeat. */
    static DescriptionReader ofBody(Request request) {
        DescriptionReader reader = new DescriptionReader(Origin.BODY);
        for (String name : request.queryNames()) {
            reader.violations.add(Violation.of(
                    Origin.QUERY.pointer(name),
                    "query parameter (expected: none; JSON carries the description itself)"));
        }
        return reader;
    }

    /** Reads a member at whose value the parser stands. */
    void member(String name, JsonParser parser) throws IOException {
        Optional<Member> member = Member.of(name);
        JsonToken token = parser.currentToken();
        if (member.isPresent() && !members.add(member.get())) {
            throw JsonBody.duplicate(parser, name);
        }
        if (member.isEmpty()) {
            violation(name, "unknown member " + Texts.quoted(name) + " (expected: " + known() + ", rows)");
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            violation(name, JsonRows.kind(token) + " (expected: a string)");
            parser.skipChildren();
        } else if (token != JsonToken.VALUE_NULL && member.get() == Member.CONFIDENCE) {
            confidence(parser);
        } else if (token != JsonToken.VALUE_NULL) {
            text(member.get(), parser.getText());
        }
    }

    private void text(Member member, String value) {
        given.put(member, value);
        fits(TEXT, member, value);
    }

    private void confidence(JsonParser parser) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            violation(
                    Member.CONFIDENCE.text(),
                    JsonRows.kind(parser.currentToken()) + " (expected: a number from 0.5 to 0.9999)");
        } else if (fits(COVERAGE, Member.CONFIDENCE, parser.getText())) {
            confidence = parser.getDoubleValue();
        }
    }

    /** Whether all required members are there and none is wrong. */
    boolean isComplete() {
        return violations.isEmpty() && REQUIRED.stream().allMatch(given::containsKey);
    }

    private void requireKnown(String name) {
        if (Member.of(name).isEmpty()) {
            violation(name, "unknown parameter (expected: " + known() + ")");
        }
    }

    private static String known() {
        return Arrays.stream(Member.values()).map(Member::text).collect(Collectors.joining(", "));
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

    /**
     * The description, its values in their {@linkplain Values#canonical canonical} form.
     *
     * @throws ProblemException 422 that points at each member that is missing or does not fit
     */
    AuditDescription description() {
        refuseMissing();
        if (!violations.isEmpty()) {
            throw problem();
        }
        String favourable = value(Member.FAVOURABLE, "");
        String label = given.get(Member.LABEL);
        return new AuditDescription(
                given.getOrDefault(Member.PROTECTED_ATTRIBUTE, ""),
                value(Member.PRIVILEGED, ""),
                given.getOrDefault(Member.DECISION, ""),
                favourable,
                label,
                label == null ? null : value(Member.FAVOURABLE_LABEL, favourable),
                given.get(Member.WEIGHT),
                given.get(Member.STRATUM),
                confidence);
    }

    private String value(Member member, String otherwise) {
        return Values.canonical(given.getOrDefault(member, otherwise));
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
        if (violations.size() >= MAX_VIOLATIONS) {
            throw problem();
        }
    }

    private ProblemException problem() {
        String detail = violations.stream()
                .map(violation -> violation.pointer() + ": " + violation.detail())
                .collect(Collectors.joining("; "));
        return ProblemException.invalid(detail, violations);
    }
}
