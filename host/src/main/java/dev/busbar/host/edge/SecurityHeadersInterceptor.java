package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.util.Optional;

/**
 * Adds the security headers of every response: {@code X-Content-Type-Options}, and {@code Strict-Transport-Security}
 * (RFC 6797) where this host terminates TLS. Stateless; thread-safe.
 */
final class SecurityHeadersInterceptor implements Interceptor {
    private final Optional<String> hsts;

    SecurityHeadersInterceptor(Optional<Duration> hsts) {
        this.hsts = hsts.map(age -> "max-age=" + age.toSeconds());
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.reply().addHeader("x-content-type-options", "nosniff");
        if (hsts.isPresent() && invocation.exchange().isEncrypted()) {
            invocation.reply().addHeader("strict-transport-security", hsts.get());
        }
        next.proceed(invocation);
    }
}
