package dev.busbar.host.security;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out who calls. Knows {@code Authorization: ApiKey <key>} and {@code X-API-Key: <key>}; two credentials at once
 * are refused, whatever they are worth (RFC 9110 section 11.6.2 allows one). One text for everything that is wrong with a
 * credential. Stateless apart from the keys; thread-safe.
 */
public final class AuthenticationInterceptor implements Interceptor {
    private static final String CHALLENGE = "Bearer realm=\"busbar\", ApiKey realm=\"busbar\"";

    private final Keys keys;

    /** Authenticates by keys. */
    public AuthenticationInterceptor(Keys keys) {
        this.keys = keys;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        boolean needed = invocation.endpoint().permission().isPresent();
        List<String> authorization = invocation.exchange().headers("Authorization");
        List<String> apiKey = invocation.exchange().headers("X-API-Key");
        int credentials = authorization.size() + apiKey.size();
        if (needed || credentials > 0) {
            invocation.markPersonal();
        }
        if (credentials > 1) {
            throw ProblemException.badRequest(
                    "two credentials were sent (expected: one Authorization or X-API-Key field)");
        }
        if (credentials == 1) {
            Optional<String> presented =
                    apiKey.isEmpty() ? fromAuthorization(authorization.get(0)) : Optional.of(apiKey.get(0));
            Authenticated authenticated =
                    presented.flatMap(keys::authenticate).orElseThrow(AuthenticationInterceptor::invalid);
            invocation.caller(authenticated.caller());
        } else if (needed) {
            throw ProblemException.of(
                            401,
                            "unauthenticated",
                            "Unauthenticated",
                            "this needs a credential: send an API key as X-API-Key or Authorization: ApiKey")
                    .withHeader("WWW-Authenticate", CHALLENGE);
        }
        next.proceed(invocation);
    }

    private static Optional<String> fromAuthorization(String value) {
        int space = value.indexOf(' ');
        boolean known =
                space > 0 && value.substring(0, space).toLowerCase(Locale.ROOT).equals("apikey");
        return known ? Optional.of(value.substring(space + 1)) : Optional.empty();
    }

    private static ProblemException invalid() {
        return ProblemException.of(
                        401, "invalid-credentials", "Invalid credentials", "the credential is not valid here")
                .withHeader("WWW-Authenticate", CHALLENGE);
    }
}
