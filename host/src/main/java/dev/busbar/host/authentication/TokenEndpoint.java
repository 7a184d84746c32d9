package dev.busbar.host.authentication;

import dev.busbar.plugin.ProblemException;
import java.util.Optional;
import java.util.Set;

/**
 * The endpoints of RFC 6749, which issue and revoke tokens: problems have its error members (section 5.2) added. Stateless.
 */
final class TokenEndpoint {
    private static final Set<String> PATHS = Set.of("/auth/token", "/auth/revoke");
    private static final String ERROR = "error";

    private TokenEndpoint() {}

    /** True if tokens are issued or revoked at a path. */
    static boolean isOne(String path) {
        return PATHS.contains(path);
    }

    /** A problem with an error of RFC 6749: the one that its thrower has named, else the one of its status. */
    static ProblemException shape(ProblemException problem) {
        String error = Optional.ofNullable(problem.members().get(ERROR)).orElseGet(() -> error(problem.status()));
        return problem.with(ERROR, error)
                .with("error_description", description(problem.detail()))
                .withHeader("Pragma", "no-cache");
    }

    private static String error(int status) {
        return switch (status) {
            case 401 -> "invalid_client";
            case 429, 503 -> "temporarily_unavailable";
            default -> status < 500 ? "invalid_request" : "server_error";
        };
    }

    /** In the characters that RFC 6749 allows. */
    private static String description(String detail) {
        return detail.replaceAll("[\"\\\\]", "'").replaceAll("[^ -~]", "?");
    }
}
