package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;

/** The errors of the token endpoints (RFC 6749 section 5.2). Stateless. */
final class TokenErrors {
    private TokenErrors() {}

    /** A 400 with the error code that the problem type is named after. */
    static ProblemException of(ProblemType type, String detail) {
        return type.problem(detail).with("error", type.id().replace('-', '_'));
    }
}
