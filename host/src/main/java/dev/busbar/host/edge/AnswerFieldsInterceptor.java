package dev.busbar.host.edge;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import java.time.Duration;
import java.util.Optional;

/**
 * Adds what every answer says to browsers: that its media type is not to be guessed, and, where this host ends TLS, that
 * it is to be asked over TLS only (RFC 6797). Stateless; thread-safe.
 */
final class AnswerFieldsInterceptor implements Interceptor {
    private final Optional<String> hsts;

    AnswerFieldsInterceptor(Optional<Duration> hsts) {
        this.hsts = hsts.map(age -> "max-age=" + age.toSeconds());
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.addHeader("x-content-type-options", "nosniff");
        if (hsts.isPresent() && invocation.exchange().isEncrypted()) {
            invocation.addHeader("strict-transport-security", hsts.get());
        }
        next.proceed(invocation);
    }
}
