package dev.busbar.host.webhooks;

import dev.busbar.plugin.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The check of the URL of a webhook. What its name resolves to is checked at each connection, not here: it may change. The
 * value is not repeated, because it may contain a secret. Stateless.
 */
final class WebhookUrl {
    private static final int MAX_LENGTH = 2_000;

    private WebhookUrl() {}

    /**
     * Checks a URL.
     *
     * @param allowHttp permits {@code http}
     * @throws ProblemException 422
     */
    static String require(@Nullable String text, boolean allowHttp) {
        String url = Objects.requireNonNullElse(text, "");
        if (url.length() > MAX_LENGTH) {
            throw refused("a URL of " + url.length() + " characters", allowHttp);
        }
        try {
            URI uri = new URI(url);
            boolean scheme = "https".equals(uri.getScheme()) || (allowHttp && "http".equals(uri.getScheme()));
            if (scheme
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && url.chars().allMatch(c -> c > ' ' && c < 127)) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw refused("malformed", allowHttp);
        }
        throw refused("another scheme, no host, a user or a fragment", allowHttp);
    }

    private static ProblemException refused(String found, boolean allowHttp) {
        return ProblemException.invalid(
                "/url",
                found + " (expected: " + (allowHttp ? "http or https" : "https")
                        + "://host/path, without user and fragment, at most " + MAX_LENGTH + " characters)");
    }
}
