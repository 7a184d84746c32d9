package dev.busbar.host.cache;

import dev.busbar.core.CanonicalPath;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The invalidation by an unsafe request (RFC 9111 section 4.4). A success invalidates, before its response is sent, the
 * cached responses of its path for any query and caller, of the paths in {@code Location} and {@code Content-Location}, and
 * those with the tags of its route. A failure may have been partially executed, so it invalidates too, once the handler has
 * returned. Used by the thread that sends the response, then by the one that completes the invocation.
 */
final class CacheWrite {
    private final Invocation invocation;
    private final CacheStamps stamps;
    private final Set<String> tags;
    private volatile boolean uncertain;

    private CacheWrite(Invocation invocation, Set<String> tags, CacheStamps stamps) {
        this.invocation = invocation;
        this.tags = tags;
        this.stamps = stamps;
    }

    static void watch(Invocation invocation, RouteContract route, CacheStamps stamps) {
        CacheWrite write = new CacheWrite(invocation, route.effects().invalidates(), stamps);
        invocation.reply().onAnswer(write::answered);
        invocation.completion().onComplete(write::completed);
    }

    /** A streaming response may make the change while it is written. */
    private void answered(Answer answer) {
        uncertain = answer.status() >= 500 || !answer.isBuffered();
        if (answer.status() < 400) {
            invalidate();
            invalidate(answer.field("location"));
            invalidate(answer.field("content-location"));
        }
    }

    /** A request that did not enter the handler has changed nothing. */
    private void completed() {
        if (uncertain && invocation.timing().isHandlerEntered()) {
            invalidate();
        }
    }

    private void invalidate() {
        String platform = invocation.endpoint().platform();
        stamps.invalidatePath(platform, invocation.path().value());
        tags.forEach(tag -> stamps.invalidateTag(platform, tag));
    }

    /** Invalidates a path of the same origin; the responses of another origin must stay. */
    private void invalidate(@Nullable String location) {
        if (location != null) {
            ownPath(location)
                    .ifPresent(
                            path -> stamps.invalidatePath(invocation.endpoint().platform(), path));
        }
    }

    /** A relative reference is resolved; the path of the request may be none that {@link URI} takes. */
    private URI resolved(String location) {
        URI named = URI.create(location);
        return named.isAbsolute() || location.startsWith("/")
                ? named
                : URI.create(invocation.exchange().rawPath()).resolve(named);
    }

    private Optional<String> ownPath(String location) {
        try {
            URI uri = resolved(location).normalize();
            String authority = uri.getRawAuthority();
            boolean own = authority == null
                    || authority.equalsIgnoreCase(invocation.exchange().authority());
            String path = uri.getRawPath();
            return own && path != null && path.startsWith("/")
                    ? Optional.of(CanonicalPath.parse(path).value())
                    : Optional.empty();
        } catch (IllegalArgumentException | ProblemException e) {
            return Optional.empty(); // an invalid location names no cached response
        }
    }
}
