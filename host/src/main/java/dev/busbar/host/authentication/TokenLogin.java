package dev.busbar.host.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.busbar.host.access.AccessControl;
import dev.busbar.host.access.Authenticated;
import dev.busbar.host.access.Keys;
import dev.busbar.host.access.RoleBook;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.authorization.Roles;
import dev.busbar.host.jwt.TokenVerifier;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.Principal.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who presents a token. One that was verified is kept by its digest, so that its signature is verified once; that it was
 * not revoked, that its key is still there and still good, and what that key permits now is looked at each time; of a
 * token of another issuer, which has no key here, what the roles it is mapped to permit. The digest finds what is kept and nothing else. Called on server threads, by many at once.
 */
final class TokenLogin {
    private static final MessageDigest SHA256 = sha256(); // only ever cloned

    private final Tokens tokens;
    private final Keys keys;
    private final RoleBook roles;
    private final Cache<ByteBuffer, Kept> kept;

    /** A token that was verified, with what was last made of it. */
    private record Kept(VerifiedToken token, AtomicReference<@Nullable Bound> bound) {}

    /**
     * What a token permits.
     *
     * @param basis its key, or the roles there were, as it was then
     */
    private record Bound(Object basis, Authenticated authenticated) {
        /** The same answer, not an equal one: comparing all of it would cost more than it saves. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Object other) {
            return basis == other;
        }
    }

    TokenLogin(Tokens tokens, AccessControl access) {
        this.tokens = tokens;
        this.keys = access.keys();
        this.roles = access.roles();
        this.kept = Caffeine.newBuilder()
                .maximumSize(tokens.settings().cached())
                .executor(Runnable::run)
                .build();
    }

    /**
     * Who presents a token that was verified before: nobody when it holds no more. Empty for any other token; only of
     * one that was verified it is known to be somebody's.
     */
    Optional<Optional<Authenticated>> kept(ByteBuffer digest) {
        Kept found = kept.getIfPresent(digest);
        if (found == null) {
            return Optional.empty();
        }
        return Optional.of(
                tokens.verifier().isStillGood(found.token()) ? bind(found.token(), found.bound()) : Optional.empty());
    }

    /** Verifies a token's signature and keeps what it says; empty when its key is not good any more. */
    Optional<Authenticated> verify(ByteBuffer digest, TokenVerifier.Inspected inspected) {
        return keep(digest, inspected.verify());
    }

    /** Keeps a token that this node has just issued: it needs no signature to be verified, whatever anybody floods. */
    void issued(Tokens.Issued issued) {
        keep(digest(issued.text()), issued.token());
    }

    private Optional<Authenticated> keep(ByteBuffer digest, VerifiedToken token) {
        Kept entry = new Kept(token, new AtomicReference<>());
        kept.put(digest, entry);
        return bind(token, entry.bound());
    }

    private Optional<Authenticated> bind(VerifiedToken token, AtomicReference<@Nullable Bound> last) {
        return token.isOwn() ? bindToKey(token, last) : Optional.of(bindToRoles(token, last));
    }

    /**
     * The rights of a token are what it is limited to and its key permits now. What was made of the same answer about
     * the key is used again.
     */
    private Optional<Authenticated> bindToKey(VerifiedToken token, AtomicReference<@Nullable Bound> last) {
        Authenticated key = keys.current(token.clientId()).orElse(null);
        if (key == null || !key.principal().id().equals(token.subject())) {
            return Optional.empty();
        }
        Bound bound = last.get();
        if (bound == null || !bound.isOf(key)) {
            bound = new Bound(key, limited(key, token));
            last.set(bound);
        }
        return Optional.of(bound.authenticated());
    }

    private static Authenticated limited(Authenticated key, VerifiedToken token) {
        Instant end = key.expiresAt().filter(token.expiresAt()::isAfter).orElse(token.expiresAt());
        return new Authenticated(
                key.principal(),
                key.keyId(),
                key.permissions().intersect(PermissionSet.of(scope(token))),
                Optional.of(end),
                key.allowedFrom(),
                key.account());
    }

    /** What was made of the same roles is used again. */
    private Authenticated bindToRoles(VerifiedToken token, AtomicReference<@Nullable Bound> last) {
        Roles known = roles.current();
        Bound bound = last.get();
        if (bound == null || !bound.isOf(known)) {
            bound = new Bound(known, mapped(token, known));
            last.set(bound);
        }
        return bound.authenticated();
    }

    /**
     * Only mapped roles count, and only those there are. Of the scope only what has the form of a permission is for this
     * host; if there is such, it limits.
     */
    private Authenticated mapped(VerifiedToken token, Roles known) {
        Set<String> held = tokens.mappedRoles(token).stream()
                .filter(known.names()::contains)
                .collect(Collectors.toUnmodifiableSet());
        List<String> scope = scope(token);
        PermissionSet granted = known.permissions(held);
        return new Authenticated(
                Principal.of(token.principalId(), token.isPerson() ? Kind.HUMAN : Kind.SERVICE, held),
                token.principalId(),
                scope.isEmpty() ? granted : granted.intersect(PermissionSet.of(scope)),
                Optional.of(token.expiresAt()),
                List.of(),
                Caller.Account.of(token.principalId()));
    }

    private static List<String> scope(VerifiedToken token) {
        return token.scope().orElse(List.of()).stream()
                .filter(PermissionSet::isPermission)
                .toList();
    }

    static ByteBuffer digest(String token) {
        try {
            MessageDigest sha256 = (MessageDigest) SHA256.clone(); // cheaper than to have it looked for
            return ByteBuffer.wrap(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of every JDK can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }
}
