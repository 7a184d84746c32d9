package dev.busbar.host.admin;

import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;

/** What is public about the host's own tokens. Thread-safe. */
final class TokenRoutes {
    private final Tokens tokens;

    TokenRoutes(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Those that answer from memory. */
    List<Route> quick() {
        return List.of(Route.get("/.well-known/jwks.json", request -> keys())
                .access(Access.PUBLIC)
                .summary("The public keys of the host's tokens"));
    }

    /** Kept by clients for no longer than a new key is published before it signs. */
    private Response keys() {
        return Response.json(tokens.publishedKeys())
                .header(
                        "cache-control",
                        "public, max-age=" + Tokens.publishedFor().toSeconds());
    }
}
