package dev.busbar.host.authentication;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.busbar.core.ProblemType;
import dev.busbar.host.access.AccessControl;
import dev.busbar.host.access.Authenticated;
import dev.busbar.host.access.Keys;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.authorization.AuthorizationInterceptor;
import dev.busbar.host.jwt.InvalidTokenException;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TokenVerifier;
import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.host.tokens.Grant;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authentication of a caller by an API key or a token. Every invalid credential gets the same response, and is counted
 * against the budget of failures. A valid key and a cached token are accepted over budget, too; of an unknown token, cheap checks
 * come before the budget and the signature after it. Called on server threads, by many at once.
 */
public final class Logins {
    private static final String BAD_TOKEN = "Bearer realm=\"busbar\", error=\"invalid_token\", ApiKey realm=\"busbar\"";
    private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

    private final Keys keys;
    private final Tokens tokens;
    private final VerifiedTokens verified;
    private final FailureBudget budget;
    private final KnownIds knownIds;
    private final AuditTrail audit;
    private final ProblemException overBudget;

    /**
     * An attempt to authenticate: its client, and the correlation id of its request.
     */
    public record Attempt(String address, String correlationId) {}

    /** Authenticates by the keys and tokens of this host, and the tokens of its issuers. */
    public Logins(AccessControl access, Tokens tokens, AuthenticationSettings settings, AuditTrail audit) {
        this(access, tokens, new FailureBudget(settings, Ticker.systemTicker()), audit);
    }

    Logins(AccessControl access, Tokens tokens, FailureBudget budget, AuditTrail audit) {
        this.keys = access.keys();
        this.tokens = tokens;
        this.verified = new VerifiedTokens(tokens, access);
        this.budget = budget;
        this.knownIds = new KnownIds(id -> keys.find(id).isPresent(), Ticker.systemTicker());
        this.audit = audit;
        this.overBudget = overBudget(budget.retryAfterSeconds()); // immutable, so one serves all
    }

    /**
     * The caller behind a key.
     *
     * @throws ProblemException 401; 429 when there were too many failures before
     */
    public Authenticated byKey(String presented, Attempt attempt) {
        Optional<Authenticated> found = keys.authenticate(presented, new BudgetGuard(attempt))
                .filter(key -> key.mayComeFrom(attempt.address()));
        if (found.isEmpty()) {
            String id = Keys.idOf(presented).orElse("");
            throw failed(id, "credential:key", AuthorizationInterceptor.CHALLENGE, attempt);
        }
        keys.used(found.get().keyId(), attempt.address());
        return found.get();
    }

    /** Lets a caller over budget look up one at a time, so that a key that matches still passes during a flood. */
    private final class BudgetGuard implements Keys.Guard {
        private final Attempt attempt;

        BudgetGuard(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public <T> T lookUp(String keyId, Supplier<T> store) {
            boolean over = budget.isNetworkOver(AddressRange.network(attempt.address())) || budget.isKeyOver(keyId);
            return over ? budget.inTurn(store).orElseThrow(() -> overBudget("credential:key", attempt)) : store.get();
        }
    }

    /**
     * The caller behind the id of a key and the key, as a client presents itself by RFC 6749 section 2.3.1.
     *
     * @throws ProblemException as {@link #byKey}; also when the two do not belong together
     */
    public Authenticated byIdAndSecret(String id, String secret, Attempt attempt) {
        return byKey(Keys.idOf(secret).filter(id::equals).isPresent() ? secret : "", attempt);
    }

    /** The caller behind the credentials of HTTP Basic; a refusal names that scheme. */
    Authenticated byBasic(String encoded, Attempt attempt) {
        String pair = decoded(encoded).orElse("");
        int colon = Math.max(0, pair.indexOf(':'));
        try {
            return byIdAndSecret(pair.substring(0, colon), pair.substring(Math.min(pair.length(), colon + 1)), attempt);
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

    /**
     * The caller behind a token.
     *
     * @throws ProblemException 401; 429 when there were too many failures before; 503 while revocations or keys are unknown
     */
    public Authenticated byToken(String text, Attempt attempt) {
        if (tokens.isStale()) {
            throw revocationsUnavailable();
        }
        ByteBuffer digest = VerifiedTokens.digest(text);
        VerifiedTokens.Lookup cached = verified.lookUp(digest);
        VerifiedTokens.Lookup found =
                cached instanceof VerifiedTokens.NotCached ? verify(text, digest, attempt) : cached;
        if (!(found instanceof VerifiedTokens.Valid valid)
                || !valid.authenticated().mayComeFrom(attempt.address())) {
            throw refused("credential:token", BAD_TOKEN, attempt);
        }
        Authenticated caller = valid.authenticated();
        if (caller.hasKey()) {
            keys.used(caller.keyId(), attempt.address());
        }
        return caller;
    }

    /** Verifies a token. An expired token is no attempt to guess one, so it is not counted as a failure. */
    private VerifiedTokens.Lookup verify(String text, ByteBuffer digest, Attempt attempt) {
        String client = "";
        try {
            TokenVerifier.Inspected inspected = tokens.verifier().inspect(text);
            client = inspected.claimedClient();
            String network = AddressRange.network(attempt.address());
            boolean over = budget.isNetworkOver(network) || budget.isKeyOver(client);
            if (over && !budget.hasVerifications(network)) {
                throw overBudget("credential:token", attempt);
            }
            NonBlocking.requireWorker("verifying a signature"); // takes as long as several requests
            if (over ? !budget.mayVerify(network) : !budget.mayTry(network)) {
                throw overBudget("credential:token", attempt);
            }
            return verified.verify(digest, inspected);
        } catch (InvalidTokenException e) {
            LOG.debug("a token from {} was rejected: {}", attempt.address(), e.getMessage());
            throw e.isExpired()
                    ? refused("credential:token", BAD_TOKEN, attempt)
                    : failed(client, "credential:token", BAD_TOKEN, attempt);
        } catch (KeysUnavailableException e) {
            throw unavailable("the keys of the token's issuer are being fetched");
        }
    }

    /**
     * The client of a token endpoint as it is now: its form may arrive later than the header that authenticated it.
     *
     * @throws ProblemException 401 when its key has ended since
     */
    public Caller current(Caller client, Attempt attempt) {
        return client.credential()
                .current(client, attempt.address())
                .orElseThrow(() -> invalid(AuthorizationInterceptor.CHALLENGE)); // counted where it was looked up
    }

    /** Issues a token, and caches it, so that it is accepted over budget, too. */
    public Tokens.Issued issue(Grant grant) {
        Tokens.Issued issued = tokens.issue(grant);
        verified.issued(issued);
        return issued;
    }

    /** Counts a failure; returns the problem to throw. */
    private ProblemException failed(String keyId, String target, String challenge, Attempt attempt) {
        String network = AddressRange.network(attempt.address());
        boolean networkOver = budget.isNetworkOver(network);
        boolean over = networkOver || (!keyId.isEmpty() && budget.isKeyOver(keyId));
        // Made-up ids would bury those of real keys in the audit log, and make it grow without bound.
        boolean names = budget.fail(network, keyId) && knownIds.contains(keyId, networkOver);
        String named = names ? "key:" + keyId : target;
        return over ? overBudget(named, attempt) : refused(named, challenge, attempt);
    }

    private void count(String target, Attempt attempt) {
        Actor actor = Actor.unknown(attempt.address(), attempt.correlationId());
        audit.count(new AuditEvent("auth.fail", actor, target, AuditEvent.Outcome.REFUSED, Map.of()));
    }

    private ProblemException refused(String target, String challenge, Attempt attempt) {
        count(target, attempt);
        return invalid(challenge);
    }

    private static ProblemException invalid(String challenge) {
        return ProblemType.INVALID_CREDENTIALS
                .problem("the credential is not valid here")
                .withHeader("WWW-Authenticate", challenge);
    }

    private ProblemException overBudget(String target, Attempt attempt) {
        count(target, attempt);
        return overBudget;
    }

    private static ProblemException overBudget(long retryAfterSeconds) {
        return ProblemType.QUOTA_EXCEEDED
                .problem("there were too many failed attempts to authenticate from here, or with this id")
                .withHeader("Retry-After", String.valueOf(retryAfterSeconds));
    }

    /**
     * Runs work that may need the store or a signing key.
     *
     * @throws ProblemException 503 while these are unavailable; any problem of the work itself
     */
    public static <T> T orUnavailable(Supplier<T> work) {
        try {
            return work.get();
        } catch (KeysUnavailableException e) {
            LOG.warn("tokens can be neither issued nor verified: {}", e.getMessage());
            throw unavailable("the keys of tokens are not available now");
        } catch (RuntimeException e) {
            if (!(e instanceof StoreException) && !Database.isUnavailable(e)) {
                throw e;
            }
            LOG.warn("credentials cannot be verified: the store is unavailable ({})", e.getMessage());
            throw unavailable("the store cannot be read now");
        }
    }

    static ProblemException revocationsUnavailable() {
        return unavailable("the revocations of tokens are not available now");
    }

    private static ProblemException unavailable(String why) {
        return ProblemType.AUTHENTICATION_UNAVAILABLE.problem(why).withHeader("Retry-After", "1");
    }
}
