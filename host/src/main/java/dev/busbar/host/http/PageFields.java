package dev.busbar.host.http;

import java.util.Map;

/**
 * What a page says to browsers beside what every answer says: everything it loads comes from this host, it stands in no
 * frame, and no other origin gets hold of its window or its contents.
 */
final class PageFields {
    static final Map<String, String> ALL = Map.of(
            "Content-Security-Policy",
                    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
            "Referrer-Policy", "no-referrer",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    private PageFields() {}
}
