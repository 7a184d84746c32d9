package dev.busbar.host.authentication;

import dev.busbar.host.access.Authenticated;
import dev.busbar.host.authorization.AuthorizationInterceptor;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.Deadlines;
import dev.busbar.plugin.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Authentication of the caller by {@code Authorization: Bearer <JWT>}, {@code Authorization: ApiKey <key>} or
 * {@code X-API-Key: <key>}, and at the token endpoints {@code Basic}. Two credentials are refused, valid or not (RFC 9110
 * section 11.6.2 allows one). Credentials in a query, cookie or body are ignored. Called on event loops and workers, by many
 * at once; does not block an event loop.
 */
public final class AuthenticationInterceptor implements Interceptor, AutoCloseable {
    private final Logins logins;
    private final RefusalDelay refusals;
    private final AttemptCounts counts;

    /**
     * Authenticates by keys and tokens, and counts attempts.
     *
     * @param refusalDelay the delay of refusals to clients over the budget of failures; zero for none
     */
    public AuthenticationInterceptor(Logins logins, Duration refusalDelay, Deadlines deadlines, Meters meters) {
        this.logins = logins;
        this.refusals = new RefusalDelay(refusalDelay, deadlines);
        this.counts = new AttemptCounts(meters);
    }

    /** True if tokens are issued or revoked at a path, where clients may authenticate as RFC 6749 describes. */
    public static boolean isTokenEndpoint(String path) {
        return TokenEndpoint.isOne(path);
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        boolean atTokenEndpoint = TokenEndpoint.isOne(invocation.path().value());
        if (atTokenEndpoint) {
            invocation.reply().shapeProblems(TokenEndpoint::shape, "application/json");
            invocation.reply().sendProblemsBy(refusals::send); // problems of a handler too: a form may have a key
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
                    "two credentials were sent (expected: one Authorization or X-API-Key header)");
        }
        if (credentials == 1) {
            Logins.Attempt attempt = new Logins.Attempt(invocation.clientAddress(), invocation.correlationId());
            AttemptCounts.Method method = apiKey.isEmpty() ? method(authorization.get(0)) : AttemptCounts.Method.KEY;
            // Blocks for a key or token that is not cached: one is looked up in the store, the other verified.
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
            throw AuthorizationInterceptor.noCredential();
        }
        next.proceed(invocation);
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

    /** Authenticates by an {@code Authorization} header; at the token endpoints only by a key. */
    private Authenticated byAuthorization(String value, Logins.Attempt attempt, boolean atTokenEndpoint) {
        int space = Math.max(0, value.indexOf(' '));
        String scheme = scheme(value);
        String rest = value.substring(Math.min(value.length(), space + 1));
        if (scheme.equals("bearer") && !atTokenEndpoint) {
            return logins.byToken(rest, attempt);
        }
        if (scheme.equals("basic") && atTokenEndpoint) {
            return logins.byBasic(rest, attempt);
        }
        return logins.byKey(scheme.equals("apikey") ? rest : "", attempt);
    }

    /** Sends the delayed refusals with the next tick of the clock, and delays none from then on. */
    @Override
    public void close() {
        refusals.close();
    }
}
