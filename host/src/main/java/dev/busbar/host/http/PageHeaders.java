package dev.busbar.host.http;

import java.util.HashMap;
import java.util.Map;

/**
 * The response headers of pages, beside those of every response: a page loads from this host only, cannot be framed,
 * and no other origin can access its window or contents. Stateless.
 */
final class PageHeaders {
    private static final String POLICY = "Content-Security-Policy";
    private static final String OWN_ONLY =
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    static final Map<String, String> ALL = Map.of(
            POLICY,
            OWN_ONLY,
            "Referrer-Policy",
            "no-referrer",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    /** The headers of a page whose style sheet contains inline images, as that of Swagger UI. */
    static final Map<String, String> WITH_PICTURES = withPictures();

    private PageHeaders() {}

    private static Map<String, String> withPictures() {
        Map<String, String> fields = new HashMap<>(ALL);
        fields.put(POLICY, OWN_ONLY + "; img-src 'self' data:");
        return Map.copyOf(fields);
    }
}
