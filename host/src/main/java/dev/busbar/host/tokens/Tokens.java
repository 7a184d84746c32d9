package dev.busbar.host.tokens;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TokenVerifier;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.revocations.Revocations;
import dev.busbar.host.store.Database;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token service of the host: issues own tokens, rotates and publishes their keys, and holds the verifier and the
 * revocations of all tokens. Safe for any number of threads.
 */
public final class Tokens {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private final AuditTrail audit;
    private final Issuers issuers;
    private final Revocations revocations;
    private final SigningKeys keys;
    private final Clock clock;
    private volatile Service service;

    /** What depends on the settings. */
    private record Service(TokenSettings settings, TokenSigner signer, TokenVerifier verifier) {}

    /**
     * A token that was just issued.
     *
     * @param text the token itself, a secret
     * @param token its claims
     */
    public record Issued(String text, VerifiedToken token) {
        @Override
        public String toString() {
            return "Issued[" + token.tokenId() + "]";
        }
    }

    /**
     * The view of a signing key.
     *
     * @param state {@code next}, {@code signing}, {@code verifying} or {@code revoked}
     * @param verifiesUntil empty for the newest key
     */
    public record Key(String id, String state, Instant signsFrom, Optional<Instant> verifiesUntil) {}

    /**
     * The tokens of a store; generates the first signing key if there is none.
     *
     * @param issuers the trusted issuers beside this host
     */
    public Tokens(Database database, AuditTrail audit, TokenSettings settings, Issuers issuers, Clock clock) {
        this(database, audit, settings, issuers, new Sources(clock, System::nanoTime, RsaKeys::generate));
    }

    /** The wall clock, a monotonic one, and new key pairs. */
    record Sources(Clock clock, LongSupplier nanos, Supplier<KeyPair> pairs) {}

    Tokens(Database database, AuditTrail audit, TokenSettings settings, Issuers issuers, Sources sources) {
        Clock clock = sources.clock();
        this.audit = audit;
        this.issuers = issuers;
        this.clock = clock;
        this.revocations = new Revocations(database, audit, clock, sources.nanos());
        this.keys = new SigningKeys(database, revocations, settings, sources);
        this.service = service(settings);
    }

    private Service service(TokenSettings settings) {
        TrustedIssuer own = new TrustedIssuer(
                settings.issuer(),
                TrustedIssuer.Rules.own(settings.tokenAudience(), settings.longestLife()),
                Set.of(Algorithm.RS256),
                keys);
        List<TrustedIssuer> all = new ArrayList<>(issuers.trusted());
        all.add(own);
        return new Service(
                settings,
                new TokenSigner(keys, revocations, settings, clock),
                new TokenVerifier(all, revocations::isRevoked, clock));
    }

    /**
     * Completes an issuer without a port, once the system has picked one. Called by {@code Host} as soon as it listens.
     *
     * @param url the URL at which the host listens
     */
    public void listensAt(String url) {
        TokenSettings settings = service.settings();
        if (settings.awaitsPort()) {
            service = service(settings.at(url));
        }
    }

    /** The verifier of tokens. */
    public TokenVerifier verifier() {
        return service.verifier();
    }

    /** The settings of the issue of tokens. */
    public TokenSettings settings() {
        return service.settings();
    }

    /**
     * Issues a token.
     *
     * @throws KeysUnavailableException when there is no signing key and none can be generated now
     */
    public Issued issue(Grant grant) {
        return service.signer().sign(grant);
    }

    /** The public keys, as a JSON object (RFC 7517). */
    public Map<String, Object> publishedKeys() {
        return keys.published();
    }

    /** The time for which clients may cache the published keys. */
    public static Duration publishedFor() {
        return SigningKeys.LEAD;
    }

    /** The signing keys, the oldest first. */
    public List<Key> keys() {
        return keys.list();
    }

    /** Generates the next signing key now; it signs after it was published for some minutes. */
    public void rotate(Actor actor) {
        keys.rotate();
        audit.append(AuditEvent.done("signing-key.rotate", actor, "host:signing-keys", Map.of()));
    }

    /** The roles of this host that a token of another issuer gives, as configuration says; they may not exist. */
    public Set<String> mappedRoles(VerifiedToken token) {
        return issuers.roles(token);
    }

    /** True when a configured issuer has this name. */
    public boolean isIssuer(String name) {
        return !name.isEmpty() && verifier().knows(name);
    }

    /**
     * Revokes a token, the tokens of a subject, or a key. The revocation takes effect on this node even if this throws, and
     * on every other node within seconds.
     *
     * @param actor the actor of the audit event
     * @throws RuntimeException when it could be neither stored nor spooled
     */
    public void revoke(Revocation revocation, Actor actor) {
        revocations.revoke(revocation, actor);
    }

    /** The newest revocations, the newest first. */
    public List<Revocation> revocations(int max) {
        return revocations.newest(max);
    }

    /** True when the revocations in memory are too old for any token to be accepted. */
    public boolean isStale() {
        return revocations.isStale();
    }

    /** Reads the changes of other nodes, rotates and fetches keys. Called every two seconds, by one thread. Never throws. */
    public void keepUp() {
        try {
            issuers.keepUp();
            revocations.refresh();
            keys.keepUp();
        } catch (RuntimeException e) {
            LOG.warn("revocations and keys could not be read: {}", e.getMessage());
        }
    }
}
