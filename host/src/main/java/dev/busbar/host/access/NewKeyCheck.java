package dev.busbar.host.access;

import dev.busbar.host.access.PrincipalStore.PrincipalRow;
import dev.busbar.host.authorization.Roles;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.ProblemException.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validation of a request for a new key. For one thread and one request. */
final class NewKeyCheck {
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
        expect(
                wanted.permissions().size() <= MemberChecks.MAX_WORDS,
                "/permissions",
                "at most " + MemberChecks.MAX_WORDS);
        expect(wanted.roles().size() <= MemberChecks.MAX_WORDS, "/roles", "at most " + MemberChecks.MAX_WORDS);
    }

    private void members(Instant now) {
        MemberChecks.name(wanted.name(), violations::add);
        MemberChecks.principalId(wanted.owner(), "/owner", violations::add);
        MemberChecks.end(wanted.expiresAt().orElse(null), now, violations::add);
        MemberChecks.permissions(wanted.permissions(), violations::add);
        MemberChecks.limits(wanted.limits(), known.plans(), violations::add);
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
}
