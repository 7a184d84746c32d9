package dev.busbar.host.access;

import dev.busbar.host.access.PrincipalStore.PrincipalRow;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Validation of requests for keys, principals and roles. For one thread and one request. */
final class NewKeyCheck {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Zl}\\p{Zp}]{1,200}");
    private static final Pattern PRINCIPAL_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final int MAX_WORDS = 100;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final NewKey wanted;
    private final @Nullable PrincipalRow owner;
    private final Known known;
    private final List<Violation> violations = new ArrayList<>();

    /** The roles and rate plans that exist. */
    record Known(Roles roles, Set<String> plans) {}

    private NewKeyCheck(NewKey wanted, @Nullable PrincipalRow owner, Known known) {
        this.wanted = wanted;
        this.owner = owner;
        this.known = known;
    }

    /** @throws ProblemException 422 that names each invalid member */
    static void requireValid(NewKey wanted, Optional<PrincipalRow> owner, Known known, Instant now) {
        NewKeyCheck check = new NewKeyCheck(wanted, owner.orElse(null), known);
        check.size();
        if (check.violations.isEmpty()) {
            check.members(now);
            check.owner();
            check.roles(known.roles());
        }
        if (!check.violations.isEmpty()) {
            throw ProblemException.invalid("The key is invalid.", check.violations);
        }
    }

    private void size() {
        expect(wanted.permissions().size() <= MAX_WORDS, "/permissions", "at most " + MAX_WORDS);
        expect(wanted.roles().size() <= MAX_WORDS, "/roles", "at most " + MAX_WORDS);
    }

    private void members(Instant now) {
        name(wanted.name(), violations::add);
        principalId(wanted.owner(), "/owner", violations::add);
        end(wanted.expiresAt().orElse(null), now, violations::add);
        permissions(wanted.permissions(), violations::add);
        limits(wanted.limits(), known.plans(), violations::add);
    }

    private void owner() {
        Optional<Kind> kind = wanted.kind();
        expect(kind.filter(Kind.PLATFORM::equals).isEmpty(), "/kind", "human or service; a platform has no keys");
        if (owner == null) {
            expect(kind.isPresent(), "/kind", "human or service, because there is no principal with this id yet");
            expect(!wanted.roles().isEmpty(), "/roles", "at least one, because there is no principal with this id yet");
        } else {
            expect(
                    kind.isEmpty() || kind.get() == owner.kind(),
                    "/kind",
                    "the kind that this principal has, or no kind");
            expect(owner.isActive(), "/owner", "a principal that is neither disabled nor deleted");
        }
    }

    private void roles(Roles there) {
        List<String> owned = owner == null ? List.copyOf(there.names()) : owner.roleNames();
        for (int i = 0; i < wanted.roles().size(); i++) {
            String role = wanted.roles().get(i);
            boolean fits = there.names().contains(role) && owned.contains(role);
            expect(fits, "/roles/" + i, "one of " + String.join(", ", owned));
        }
    }

    private void expect(boolean fits, String pointer, String expectation) {
        if (!fits) {
            violations.add(Violation.of(pointer, "expected: " + expectation));
        }
    }

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

    static void principalId(String id, String pointer, Consumer<Violation> faults) {
        String expectation = "1 to 64 letters, digits, '.', '_', '@' or '-', the first a letter or digit";
        expect(PRINCIPAL_ID.matcher(id).matches(), pointer, expectation, faults);
    }

    static void end(@Nullable Instant end, Instant now, Consumer<Violation> faults) {
        boolean fits = end == null || (end.isAfter(now) && !end.isAfter(LATEST));
        expect(fits, "/expiresAt", "a time in the future, at most " + LATEST, faults);
    }

    static void permissions(List<String> permissions, Consumer<Violation> faults) {
        expect(permissions.size() <= MAX_WORDS, "/permissions", "at most " + MAX_WORDS, faults);
        for (int i = 0; i < Math.min(MAX_WORDS, permissions.size()); i++) {
            boolean fits = PermissionSet.isPermission(permissions.get(i));
            expect(fits, "/permissions/" + i, "<platform>:<action> in lower case, or * for either", faults);
        }
    }

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
