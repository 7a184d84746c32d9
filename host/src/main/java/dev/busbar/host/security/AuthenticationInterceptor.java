package dev.busbar.host.security;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Finds out who calls. Knows {@code Authorization: Bearer <JWT>}, {@code Authorization: ApiKey <key>} and
 * {@code X-API-Key: <key>}, and at the token endpoints {@code Basic}; two credentials at once are refused, whatever they
 * are worth (RFC 9110 section 11.6.2 allows one). A query, a cookie or a body is no place for a credential and is not
 * looked at. Stateless apart from what it asks; thread-safe.
 */
public final class AuthenticationInterceptor implements Interceptor {
    private final Logins logins;
    private final RefusalDelay refusals;
    private final AttemptCounts counts;

    /** Authenticates by keys and tokens, and counts attempts. */
    public AuthenticationInterceptor(Logins logins, RefusalDelay refusals, Meters meters) {
        this.logins = logins;
        this.refusals = refusals;
        this.counts = new AttemptCounts(meters);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        boolean atTokenEndpoint = ClientEndpoint.isOne(invocation.path().value());
        if (atTokenEndpoint) {
            invocation.reply().shapeProblems(ClientEndpoint::shape, "application/json");
            invocation.reply().sendProblemsBy(refusals::send); // those of a handler too: a form may carry a key
        }
        boolean needed = invocation.endpoint().permission().isPresent();
        List<String> authorization = invocation.exchange().headers("Authorization");
        List<String> apiKey = invocation.exchange().headers("X-API-Key");
        int credentials = authorization.size() + apiKey.size();
        if (needed || credentials > 0 || atTokenEndpoint) {
            invocation.reply().markPersonal();
        }
        if (credentials > 1) {
            throw ProblemException.badRequest(
                    "two credentials were sent (expected: one Authorization or X-API-Key field)");
        }
        if (credentials == 1) {
            Logins.Attempt attempt = new Logins.Attempt(invocation.clientAddress(), invocation.correlationId());
            AttemptCounts.Method method = apiKey.isEmpty() ? method(authorization.get(0)) : AttemptCounts.Method.KEY;
            // Of an unknown key the store is asked, of an unknown token the signature is verified.
            Interceptor.onWorkerIfBlocking(
                    invocation,
                    passing -> authenticate(
                            passing,
                            method,
                            () -> apiKey.isEmpty()
                                    ? byAuthorization(authorization.get(0), attempt, atTokenEndpoint)
                                    : logins.byKey(apiKey.get(0), attempt)),
                    next);
            return;
        }
        if (needed) {
            throw noCredential();
        }
        next.proceed(invocation);
    }

    /** 401 for a request without a credential where one is needed. */
    static ProblemException noCredential() {
        return ProblemType.UNAUTHENTICATED
                .problem("this needs a credential: send an API key as X-API-Key or Authorization: ApiKey, or a"
                        + " token as Authorization: Bearer")
                .withHeader("WWW-Authenticate", Logins.CHALLENGE);
    }

    private void authenticate(Invocation invocation, AttemptCounts.Method method, Supplier<Authenticated> login) {
        try {
            invocation.caller(
                    counts.counted(method, () -> Logins.orUnavailable(login)).caller());
        } catch (ProblemException refused) {
            invocation.reply().sendProblemsBy(refusals::send);
            throw refused;
        }
    }

    private static AttemptCounts.Method method(String value) {
        return switch (scheme(value)) {
            case "bearer" -> AttemptCounts.Method.TOKEN;
            case "apikey" -> AttemptCounts.Method.KEY;
            case "basic" -> AttemptCounts.Method.BASIC;
            default -> AttemptCounts.Method.OTHER;
        };
    }

    private static String scheme(String value) {
        return value.substring(0, Math.max(0, value.indexOf(' '))).toLowerCase(Locale.ROOT);
    }

    /** Where tokens are issued and revoked, only keys say who asks. */
    private Authenticated byAuthorization(String value, Logins.Attempt attempt, boolean atTokenEndpoint) {
        int space = Math.max(0, value.indexOf(' '));
        String scheme = scheme(value);
        String rest = value.substring(Math.min(value.length(), space + 1));
        if (scheme.equals("bearer") && !atTokenEndpoint) {
            return logins.byToken(rest, attempt);
        }
        if (scheme.equals("basic") && atTokenEndpoint) {
            return ClientEndpoint.byBasic(rest, logins, attempt);
        }
        return logins.byKey(scheme.equals("apikey") ? rest : "", attempt);
    }
}
