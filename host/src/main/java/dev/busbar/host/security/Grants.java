package dev.busbar.host.security;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal.Kind;
import dev.busbar.plugin.ProblemException;
import java.util.List;

/** What somebody may give to somebody else: at most what they have. Stateless. */
final class Grants {
    private static final String ROLES = "host:roles";

    private Grants() {}

    /**
     * Nobody gives what they do not have, nor changes what belongs to those who may more than they do.
     *
     * @param what what would permit this, as it begins a sentence: {@code The key}
     * @throws ProblemException 403
     */
    static void requireCovered(Caller giver, PermissionSet given, String what) {
        List<String> missing = PermissionSet.of(giver.permissions()).missing(given);
        if (!missing.isEmpty()) {
            throw forbidden(
                    what + " permits " + String.join(", ", missing) + ", which you may not do yourself.",
                    missing.get(0));
        }
    }

    /**
     * Who acts in another's name has what is theirs, so it needs the permission over principals; and being a person, on
     * which approvals depend, is given by persons only.
     *
     * @throws ProblemException 403
     */
    static void requireMayActFor(Caller giver, String owner, Kind kind) {
        if (giver.principal().id().equals(owner)) {
            return;
        }
        if (!giver.permits().test(ROLES)) {
            throw forbidden("A key of another principal needs the permission " + ROLES + ".", ROLES);
        }
        requirePersonFor(giver, kind);
    }

    /** @throws ProblemException 403 */
    static void requirePersonFor(Caller giver, Kind kind) {
        if (kind == Kind.HUMAN && giver.principal().kind() != Kind.HUMAN) {
            throw ProblemType.FORBIDDEN.problem("Only a person may do this for a person.");
        }
    }

    private static ProblemException forbidden(String detail, String permission) {
        return ProblemType.FORBIDDEN.problem(detail).with("requiredPermission", permission);
    }
}
