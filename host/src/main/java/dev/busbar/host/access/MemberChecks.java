package dev.busbar.host.access;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Validation of members of requests for keys, principals and roles; reports each fault by pointer. Stateless. */
final class MemberChecks {
    /** Limit on the length of a list. */
    static final int MAX_WORDS = 100;

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Zl}\\p{Zp}]{1,200}");
    private static final Pattern PRINCIPAL_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private MemberChecks() {}

    private static void expect(boolean fits, String pointer, String expectation, Consumer<Violation> faults) {
        if (!fits) {
            faults.accept(Violation.of(pointer, "expected: " + expectation));
        }
    }

    /** Checks a name for people, which may be absent. */
    static void name(@Nullable String name, Consumer<Violation> faults) {
        boolean fits = name == null || NAME.matcher(name).matches();
        expect(fits, "/name", "1 to 200 characters, none of them a control character", faults);
    }

    /** Checks the form of the id of a principal. */
    static void principalId(String id, String pointer, Consumer<Violation> faults) {
        String expectation = "1 to 64 letters, digits, '.', '_', '@' or '-', the first a letter or digit";
        expect(PRINCIPAL_ID.matcher(id).matches(), pointer, expectation, faults);
    }

    /** Checks an expiry, which may be absent. */
    static void end(@Nullable Instant end, Instant now, Consumer<Violation> faults) {
        boolean fits = end == null || (end.isAfter(now) && !end.isAfter(LATEST));
        expect(fits, "/expiresAt", "a time in the future, at most " + LATEST, faults);
    }

    /** Checks the form of permissions. */
    static void permissions(List<String> permissions, Consumer<Violation> faults) {
        expect(permissions.size() <= MAX_WORDS, "/permissions", "at most " + MAX_WORDS, faults);
        for (int i = 0; i < Math.min(MAX_WORDS, permissions.size()); i++) {
            boolean fits = PermissionSet.isPermission(permissions.get(i));
            expect(fits, "/permissions/" + i, "<platform>:<action> in lower case, or * for either", faults);
        }
    }

    /** Checks addresses and the rate plan of a key. */
    static void limits(NewKey.Limits limits, Set<String> plans, Consumer<Violation> faults) {
        List<String> ranges = limits.allowedFrom();
        expect(ranges.size() <= MAX_WORDS, "/allowedFrom", "at most " + MAX_WORDS, faults);
        for (int i = 0; i < Math.min(MAX_WORDS, ranges.size()); i++) {
            expect(isRange(ranges.get(i)), "/allowedFrom/" + i, "an IP address, or a network as 10.0.0.0/8", faults);
        }
        boolean planned =
                limits.ratePlan().filter(plan -> !plans.contains(plan)).isEmpty();
        expect(planned, "/ratePlan", "one of the rate plans " + String.join(", ", plans), faults);
    }

    private static boolean isRange(String text) {
        try {
            AddressRange.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Checks that roles exist. */
    static void roles(List<String> names, Roles known, Consumer<Violation> faults) {
        expect(names.size() <= MAX_WORDS, "/roles", "at most " + MAX_WORDS, faults);
        for (int i = 0; i < Math.min(MAX_WORDS, names.size()); i++) {
            boolean fits = known.names().contains(names.get(i));
            expect(fits, "/roles/" + i, "one of " + String.join(", ", known.names()), faults);
        }
    }
}
