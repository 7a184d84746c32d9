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
 * Cache of verified tokens by their digests, so that a signature is verified once. Each look-up checks again that the
 * token has not expired or been revoked, and what it permits now: for an own token the rights of its key, for a token of
 * another issuer the rights of the roles that it is mapped to. Called on server threads, by many at once.
 */
final class VerifiedTokens {
    private static final MessageDigest SHA256 = sha256(); // only ever cloned

    private final Tokens tokens;
    private final Keys keys;
    private final RoleBook roles;
    private final Cache<ByteBuffer, Entry> cache;

    /** The result of a look-up or a verification. */
    sealed interface Lookup {
        /** A token of nobody: it has expired, it was revoked, or its key has ended. */
        Lookup NO_LONGER_VALID = new NoLongerValid();
        /** A token that was not verified here yet. */
        Lookup NOT_CACHED = new NotCached();
    }

    /** A valid token, with its caller. */
    record Valid(Authenticated authenticated) implements Lookup {}

    /** {@link Lookup#NO_LONGER_VALID}. */
    record NoLongerValid() implements Lookup {}

    /** {@link Lookup#NOT_CACHED}. */
    record NotCached() implements Lookup {}

    /** A verified token, with the last result of its look-up. */
    private record Entry(VerifiedToken token, AtomicReference<@Nullable Bound> bound) {}

    /**
     * The caller of a token.
     *
     * @param basis the key, or the roles, that it was computed from
     */
    private record Bound(Object basis, Valid valid) {
        /** True for the same object: comparing by value would cost more than computing again. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Object other) {
            return basis == other;
        }
    }

    VerifiedTokens(Tokens tokens, AccessControl access) {
        this.tokens = tokens;
        this.keys = access.keys();
        this.roles = access.roles();
        this.cache = Caffeine.newBuilder()
                .maximumSize(tokens.settings().cached())
                .executor(Runnable::run)
                .build();
    }

    /** Looks a token up by its digest. */
    Lookup lookUp(ByteBuffer digest) {
        Entry found = cache.getIfPresent(digest);
        if (found == null) {
            return Lookup.NOT_CACHED;
        }
        return tokens.verifier().isStillValid(found.token()) ? bind(found) : Lookup.NO_LONGER_VALID;
    }

    /** Verifies the signature of a token, and stores it. */
    Lookup verify(ByteBuffer digest, TokenVerifier.Inspected inspected) {
        return put(digest, inspected.verify());
    }

    /** Stores a token that this node has just issued: its signature needs no verification, even over budget. */
    void issued(Tokens.Issued issued) {
        Lookup unused = put(digest(issued.text()), issued.token());
    }

    private Lookup put(ByteBuffer digest, VerifiedToken token) {
        Entry entry = new Entry(token, new AtomicReference<>());
        cache.put(digest, entry);
        return bind(entry);
    }

    private Lookup bind(Entry entry) {
        return entry.token().isOwn() ? bindToKey(entry) : bindToRoles(entry);
    }

    /** An own token permits its scope, as far as its key permits that now. */
    private Lookup bindToKey(Entry entry) {
        VerifiedToken token = entry.token();
        Authenticated key = keys.current(token.clientId()).orElse(null);
        if (key == null || !key.principal().id().equals(token.subject())) {
            return Lookup.NO_LONGER_VALID;
        }
        Bound bound = entry.bound().get();
        if (bound == null || !bound.isOf(key)) {
            bound = new Bound(key, new Valid(limited(key, entry)));
            entry.bound().set(bound);
        }
        return bound.valid();
    }

    private Authenticated limited(Authenticated key, Entry entry) {
        VerifiedToken token = entry.token();
        Instant end = key.expiresAt().filter(token.expiresAt()::isAfter).orElse(token.expiresAt());
        PermissionSet permissions = key.permissions().intersect(PermissionSet.of(scope(token)));
        Caller caller = new Caller(
                key.principal(),
                key.keyId(),
                permissions.names(),
                Optional.of(end),
                permissions::allows,
                key.caller().account(),
                new TokenCredential(entry));
        return new Authenticated(caller, permissions, key.allowedFrom());
    }

    /** The credential of a caller with a token. */
    private final class TokenCredential implements Caller.Credential {
        private final Entry entry;

        TokenCredential(Entry entry) {
            this.entry = entry;
        }

        @Override
        public boolean hasEnded() {
            return !tokens.verifier().isStillValid(entry.token());
        }

        @Override
        public Optional<Caller> current(Caller before, String address) {
            if (tokens.isStale()) {
                throw Logins.revocationsUnavailable();
            }
            return !hasEnded()
                            && bind(entry) instanceof Valid now
                            && now.authenticated().mayComeFrom(address)
                    ? Optional.of(now.authenticated().caller())
                    : Optional.empty();
        }
    }

    private Lookup bindToRoles(Entry entry) {
        Roles current = roles.current();
        Bound bound = entry.bound().get();
        if (bound == null || !bound.isOf(current)) {
            bound = new Bound(current, new Valid(mapped(entry, current)));
            entry.bound().set(bound);
        }
        return bound.valid();
    }

    /**
     * The caller of a token of another issuer. Only mapped roles that exist count. Only words of the scope that have the
     * form of a permission are for this host; they limit the token if there are any.
     */
    private Authenticated mapped(Entry entry, Roles current) {
        VerifiedToken token = entry.token();
        Set<String> held = tokens.mappedRoles(token).stream()
                .filter(current.names()::contains)
                .collect(Collectors.toUnmodifiableSet());
        List<String> scope = scope(token);
        PermissionSet granted = current.permissions(held);
        PermissionSet permissions = scope.isEmpty() ? granted : granted.intersect(PermissionSet.of(scope));
        String id = token.principalId();
        Caller caller = new Caller(
                Principal.of(id, token.isPerson() ? Kind.HUMAN : Kind.SERVICE, held),
                id,
                permissions.names(),
                Optional.of(token.expiresAt()),
                permissions::allows,
                Caller.Account.of(id),
                new TokenCredential(entry));
        return new Authenticated(caller, permissions, List.of());
    }

    private static List<String> scope(VerifiedToken token) {
        return token.scope().orElse(List.of()).stream()
                .filter(PermissionSet::isPermission)
                .toList();
    }

    static ByteBuffer digest(String token) {
        try {
            MessageDigest sha256 = (MessageDigest) SHA256.clone(); // cheaper than a look-up of the algorithm
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
