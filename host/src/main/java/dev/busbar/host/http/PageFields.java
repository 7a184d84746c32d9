package dev.busbar.host.http;

import java.util.HashMap;
import java.util.Map;

/**
 * What a page says to browsers beside what every answer says: everything it loads comes from this host, it stands in no
 * frame, and no other origin gets hold of its window or its contents.
 */
final class PageFields {
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

    /** The same for a page whose style sheet holds small pictures itself, as that of Swagger UI does. */
    static final Map<String, String> WITH_PICTURES = withPictures();

    private PageFields() {}

    private static Map<String, String> withPictures() {
        Map<String, String> fields = new HashMap<>(ALL);
        fields.put(POLICY, OWN_ONLY + "; img-src 'self' data:");
        return Map.copyOf(fields);
    }
}
