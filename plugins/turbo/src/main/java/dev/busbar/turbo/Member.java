package dev.busbar.turbo;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A member of the description of a table, named alike in the query and in JSON. */
enum Member {
    PROTECTED_ATTRIBUTE("protectedAttribute", true),
    PRIVILEGED("privileged", true),
    DECISION("decision", true),
    FAVOURABLE("favourable", true),
    LABEL("label", false),
    FAVOURABLE_LABEL("favourableLabel", false),
    WEIGHT("weight", false),
    STRATUM("stratum", false),
    CONFIDENCE("confidence", false);

    /** Those that name a column. */
    static final List<Member> COLUMNS = List.of(PROTECTED_ATTRIBUTE, DECISION, LABEL, WEIGHT, STRATUM);

    private final String text;
    private final boolean required;

    Member(String text, boolean required) {
        this.text = text;
        this.required = required;
    }

    static Optional<Member> of(String text) {
        return Arrays.stream(values())
                .filter(member -> member.text.equals(text))
                .findFirst();
    }

    /** The name that clients use. */
    String text() {
        return text;
    }

    boolean required() {
        return required;
    }
}
