package dev.busbar.host.security;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * What is different where tokens are issued and revoked: clients may present themselves as RFC 6749 section 2.3.1 has
 * it, and errors look as its section 5.2 has it, with the members of a problem added. Stateless.
 */
public final class ClientEndpoint {
    private static final Set<String> PATHS = Set.of("/auth/token", "/auth/revoke");
    private static final String ERROR = "error";

    private ClientEndpoint() {}

    /** Whether a path is one where tokens are issued or revoked. */
    public static boolean isOne(String path) {
        return PATHS.contains(path);
    }

    /**
     * Who presents an id and a secret: the id of a key, and the key.
     *
     * @throws ProblemException as {@link Logins#byKey}; also when the two do not belong together
     */
    public static Authenticated byIdAndSecret(String id, String secret, Logins logins, Logins.Attempt attempt) {
        boolean together =
                ApiKey.parse(secret).filter(key -> key.id().equals(id)).isPresent();
        return logins.byKey(together ? secret : "", attempt);
    }

    /** The same from the header; what is answered to a failure names the scheme that was tried. */
    static Authenticated byBasic(String encoded, Logins logins, Logins.Attempt attempt) {
        String pair = decoded(encoded).orElse("");
        int colon = Math.max(0, pair.indexOf(':'));
        try {
            return byIdAndSecret(
                    pair.substring(0, colon), pair.substring(Math.min(pair.length(), colon + 1)), logins, attempt);
        } catch (ProblemException e) {
            throw e.status() == 401 ? e.withHeader("WWW-Authenticate", "Basic realm=\"busbar\"") : e;
        }
    }

    private static Optional<String> decoded(String encoded) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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

    /** A 400 with the error code of RFC 6749 section 5.2 that the type is named after. */
    public static ProblemException error(ProblemType type, String detail) {
        return type.problem(detail).with(ERROR, type.id().replace('-', '_'));
    }
}
