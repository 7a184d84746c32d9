package dev.busbar.host.security;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a new key may be made. For one thread and one key. */
final class NewKeyCheck {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,200}");
    private static final Pattern PRINCIPAL_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    private static final int MOST_WORDS = 100;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final NewKey wanted;
    private final PrincipalStore.@Nullable Row owner;
    private final List<Violation> violations = new ArrayList<>();

    private NewKeyCheck(NewKey wanted, PrincipalStore.@Nullable Row owner) {
        this.wanted = wanted;
        this.owner = owner;
    }

    /** @throws ProblemException 422 that names each member that does not fit */
    static void requireValid(NewKey wanted, Optional<PrincipalStore.Row> owner, Roles roles, Instant now) {
        NewKeyCheck check = new NewKeyCheck(wanted, owner.orElse(null));
        check.size();
        if (check.violations.isEmpty()) {
            check.members(now);
            check.owner();
            check.roles(roles);
        }
        if (!check.violations.isEmpty()) {
            throw ProblemException.invalid("The key cannot be created as asked.", check.violations);
        }
    }

    private void size() {
        expect(wanted.permissions().size() <= MOST_WORDS, "/permissions", "at most " + MOST_WORDS);
        expect(wanted.roles().size() <= MOST_WORDS, "/roles", "at most " + MOST_WORDS);
    }

    private void members(Instant now) {
        expect(NAME.matcher(wanted.name()).matches(), "/name", "1 to 200 characters, none of them a control character");
        expect(
                PRINCIPAL_ID.matcher(wanted.owner()).matches(),
                "/owner",
                "1 to 64 letters, digits, '.', '_', '@' or '-', the first a letter or digit");
        expect(
                wanted.expiresAt()
                        .filter(end -> !end.isAfter(now) || end.isAfter(LATEST))
                        .isEmpty(),
                "/expiresAt",
                "a time in the future, at most " + LATEST);
        for (int i = 0; i < wanted.permissions().size(); i++) {
            boolean fits = Permission.isPermission(wanted.permissions().get(i));
            expect(fits, "/permissions/" + i, "<platform>:<action> in lower case, or * for either");
        }
    }

    private void owner() {
        Optional<Kind> kind = wanted.kind();
        expect(kind.filter(Kind.PLATFORM::equals).isEmpty(), "/kind", "human or service; a platform has no keys");
        if (owner == null) {
            expect(kind.isPresent(), "/kind", "human or service, because there is no principal of this id yet");
            expect(!wanted.roles().isEmpty(), "/roles", "at least one, because there is no principal of this id yet");
        } else {
            expect(
                    kind.isEmpty() || kind.get() == owner.kind(),
                    "/kind",
                    "the kind that this principal has, or no kind");
            expect(owner.disabledAt() == null, "/owner", "a principal that is not disabled");
        }
    }

    private void roles(Roles known) {
        List<String> owned = owner == null ? List.copyOf(known.names()) : RoleStore.words(owner.roles());
        for (int i = 0; i < wanted.roles().size(); i++) {
            String role = wanted.roles().get(i);
            boolean fits = known.names().contains(role) && owned.contains(role);
            expect(fits, "/roles/" + i, "one of " + String.join(", ", owned));
        }
    }

    private void expect(boolean fits, String pointer, String expectation) {
        if (!fits) {
            violations.add(new Violation(pointer, "expected: " + expectation));
        }
    }

    /**
     * Nobody gives what they do not have: neither a permission, nor being a person, on which approvals depend.
     *
     * @throws ProblemException 403
     */
    static void requireCovered(Caller creator, Kind ownerKind, PermissionSet given) {
        List<String> missing = PermissionSet.of(creator.permissions()).missing(given);
        if (!missing.isEmpty()) {
            throw forbidden("The key would permit " + String.join(", ", missing) + ", which its creator may not.")
                    .with("requiredPermission", missing.get(0));
        }
        if (ownerKind == Kind.HUMAN && creator.principal().kind() != Kind.HUMAN) {
            throw forbidden("Only a person may create a key for a person.");
        }
    }

    private static ProblemException forbidden(String detail) {
        return ProblemException.of(403, "forbidden", "Forbidden", detail);
    }
}
