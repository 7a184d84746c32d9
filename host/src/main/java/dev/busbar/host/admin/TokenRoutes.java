package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.authentication.Logins;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.jwt.InvalidTokenException;
import dev.busbar.host.jwt.TokenVerifier;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CallerAware;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.tokens.Grant;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The host as an authorization server: tokens for keys (RFC 6749 section 4.4), their revocation (RFC 7009), and the public
 * keys and metadata (RFC 7517, RFC 8414). Safe for any number of threads.
 */
final class TokenRoutes {
    /** Bounds the time for which a client that stops sending its body holds one of few threads. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final List<String> CLIENT_METHODS = List.of("client_secret_basic", "client_secret_post");

    private final Tokens tokens;
    private final Logins logins;

    /** The response of the token endpoint (RFC 6749 section 5.1). */
    private record Granted(String access_token, String token_type, long expires_in, String scope) {}

    /** The metadata of RFC 8414 section 2. */
    private record Metadata(
            String issuer,
            String token_endpoint,
            String revocation_endpoint,
            String jwks_uri,
            List<String> grant_types_supported,
            List<String> response_types_supported,
            List<String> token_endpoint_auth_methods_supported,
            List<String> revocation_endpoint_auth_methods_supported) {}

    TokenRoutes(Tokens tokens, Logins logins) {
        this.tokens = tokens;
        this.logins = logins;
    }

    /** Routes that use memory only, served on the event loop. */
    List<Route> quick() {
        return List.of(
                Route.get("/.well-known/jwks.json", request -> keys())
                        .access(Access.PUBLIC)
                        .summary("The public keys of the host's tokens")
                        .returns(Object.class),
                Route.get("/.well-known/oauth-authorization-server", request -> metadata())
                        .access(Access.PUBLIC)
                        .summary("The metadata of the token endpoints")
                        .returns(Metadata.class));
    }

    /** Routes that sign or use the store, served on worker threads. */
    List<Route> slow() {
        return List.of(
                Route.post("/auth/token", request -> Logins.orUnavailable(() -> issue(request)))
                        .access(Access.PUBLIC)
                        .consumes(Form.MEDIA_TYPE)
                        .maxBodyBytes(Form.MAX_BYTES)
                        .deadline(DEADLINE)
                        .summary("Get a token for an API key")
                        .description("OAuth 2.0 client credentials (RFC 6749 section 4.4): the client is an API key, in"
                                + " `Authorization` or as `client_id` and `client_secret` in the form. Problems have"
                                + " the members `error` and `error_description`, too.")
                        .example(RouteExample.request(
                                Form.MEDIA_TYPE, "grant_type=client_credentials&scope=turbo%3Aread"))
                        .returns(Granted.class),
                Route.post("/auth/revoke", request -> Logins.orUnavailable(() -> revoke(request)))
                        .access(Access.PUBLIC)
                        .consumes(Form.MEDIA_TYPE)
                        .maxBodyBytes(Form.MAX_BYTES)
                        .deadline(DEADLINE)
                        .summary("Revoke a token of the client")
                        .description("RFC 7009: the response is 200 for an invalid or expired token, too.")
                        .example(RouteExample.request(Form.MEDIA_TYPE, "token=eyJhbGciOiJSUzI1NiJ9.e30.c2ln"))
                        .returns(Object.class));
    }

    /** The public keys, cached by clients for no longer than a new key is published before it signs. */
    private Response keys() {
        return Response.json(tokens.publishedKeys())
                .header(
                        "cache-control",
                        "public, max-age=" + Tokens.publishedFor().toSeconds());
    }

    private Response metadata() {
        String issuer = tokens.settings().issuer();
        return Response.json(new Metadata(
                        issuer,
                        issuer + "/auth/token",
                        issuer + "/auth/revoke",
                        issuer + "/.well-known/jwks.json",
                        List.of("client_credentials"),
                        List.of(),
                        CLIENT_METHODS,
                        CLIENT_METHODS))
                .header("cache-control", "public, max-age=3600");
    }

    private Response issue(Request request) {
        Form form = Form.read(request);
        Caller client = client(request, form);
        String grantType = form.field("grant_type")
                .orElseThrow(() -> TokenErrors.of(ProblemType.INVALID_REQUEST, "grant_type is required"));
        if (!grantType.equals("client_credentials")) {
            throw TokenErrors.of(ProblemType.UNSUPPORTED_GRANT_TYPE, "grant_type: expected client_credentials");
        }
        List<String> scope = scope(form, client);
        Tokens.Issued issued = logins.issue(new Grant(
                client.principal().id(),
                client.keyId(),
                client.principal().roles(),
                scope,
                form.field("expires_in").map(TokenRoutes::life),
                client.expiresAt()));
        VerifiedToken token = issued.token();
        long life =
                Math.max(0, Duration.between(Instant.now(), token.expiresAt()).toSeconds());
        return Response.json(new Granted(issued.text(), "Bearer", life, String.join(" ", scope)))
                .header("cache-control", "no-store")
                .header("pragma", "no-cache");
    }

    /** The client: authenticated by the pipeline, or by credentials in the form. */
    private Caller client(Request request, Form form) {
        CallerAware aware = (CallerAware) request;
        Logins.Attempt attempt = new Logins.Attempt(aware.clientAddress(), request.correlationId());
        Optional<String> secret = form.field("client_secret");
        Optional<String> id = form.field("client_id");
        if (aware.caller().isPresent()) {
            Caller caller = aware.caller().get();
            if (secret.isPresent()
                    || id.filter(other -> !other.equals(caller.keyId())).isPresent()) {
                throw TokenErrors.of(ProblemType.INVALID_REQUEST, "two credentials were sent (expected: one)");
            }
            return logins.current(caller, attempt);
        }
        if (id.isEmpty() || secret.isEmpty()) {
            throw ProblemType.UNAUTHENTICATED
                    .problem("this needs the id of an API key and the key")
                    .withHeader("WWW-Authenticate", "Basic realm=\"busbar\"");
        }
        return logins.byIdAndSecret(id.get(), secret.get(), attempt).caller();
    }

    /** The requested scope, if the key permits it; without one, all permissions of the key. */
    private static List<String> scope(Form form, Caller client) {
        PermissionSet held = PermissionSet.of(client.permissions());
        Optional<String> asked = form.field("scope");
        if (asked.isEmpty()) {
            return List.copyOf(held.names());
        }
        try {
            PermissionSet wanted = PermissionSet.of(List.of(asked.get().split(" ", -1)));
            if (held.missing(wanted).isEmpty()) {
                return List.copyOf(wanted.names());
            }
        } catch (IllegalArgumentException e) {
            throw TokenErrors.of(ProblemType.INVALID_SCOPE, "scope: expected permissions such as turbo:read");
        }
        throw TokenErrors.of(ProblemType.INVALID_SCOPE, "scope: the key does not permit all of it");
    }

    private static Duration life(String seconds) {
        if (!seconds.matches("[1-9]\\d{0,8}")) {
            throw TokenErrors.of(ProblemType.INVALID_REQUEST, "expires_in: expected a number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    /** Revokes a token; 200 for an invalid token, too (RFC 7009 section 2.2). */
    private Response revoke(Request request) {
        Form form = Form.read(request);
        Caller client = client(request, form);
        String text =
                form.field("token").orElseThrow(() -> TokenErrors.of(ProblemType.INVALID_REQUEST, "token is required"));
        Optional<VerifiedToken> found = verified(text);
        if (found.isPresent()) {
            VerifiedToken token = found.get();
            if (!token.principalId().equals(client.principal().id())) {
                throw TokenErrors.of(ProblemType.UNAUTHORIZED_CLIENT, "the token is of another client");
            }
            tokens.revoke(Revocation.of(token, client.principal().id()), actor(client, request));
        }
        return Response.bytes("application/json", new byte[] {'{', '}'}).header("cache-control", "no-store");
    }

    private Optional<VerifiedToken> verified(String text) {
        try {
            TokenVerifier.Inspected inspected = tokens.verifier().inspect(text);
            return inspected.isOwn() ? Optional.of(inspected.verify()) : Optional.empty();
        } catch (InvalidTokenException e) {
            return Optional.empty();
        }
    }

    private static Actor actor(Caller caller, Request request) {
        return Actor.of(
                caller.principal(), caller.keyId(), ((CallerAware) request).clientAddress(), request.correlationId());
    }
}
