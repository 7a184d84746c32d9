package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The ways in which a caller authenticates. Stateless. */
final class SecuritySchemes {
    static final String TOKEN = "Token";
    static final String KEY_HEADER = "ApiKeyField";
    static final String BASIC = "Basic";

    private SecuritySchemes() {}

    /** All of them, as components. */
    static ObjectNode all() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        http(all, TOKEN, "bearer", "A token of `POST /auth/token`, or of an issuer that this host trusts.")
                .put("bearerFormat", "JWT");
        all.putObject(KEY_HEADER)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "X-API-Key")
                // The scheme of this host for Authorization is registered nowhere, so that no client could send it.
                .put("description", "An API key; it may also be sent as `Authorization: ApiKey <key>`.");
        http(
                all,
                BASIC,
                "basic",
                "The id of an API key and the key (RFC 6749 section 2.3.1); at the token endpoints only.");
        return all;
    }

    private static ObjectNode http(ObjectNode all, String name, String scheme, String description) {
        return all.putObject(name).put("type", "http").put("scheme", scheme).put("description", description);
    }
}
