package dev.busbar.host.cache;

import dev.busbar.core.CanonicalPath;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that may have changed something. With success it takes back the kept answers of its path, with any query and
 * for any caller, of the paths it names as {@code Location} and {@code Content-Location}, and those with the tags of its
 * route (RFC 9111 section 4.4), before its own answer leaves. Of a failure nobody knows how far it got, so that takes
 * them back too, once the handler has returned. Used by the thread that answers, then by the one that completes.
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

    static void watch(Invocation invocation, Route route, CacheStamps stamps) {
        CacheWrite write = new CacheWrite(invocation, route.invalidatedTags(), stamps);
        invocation.reply().onAnswer(write::answered);
        invocation.completion().onComplete(write::completed);
    }

    /** A streamed answer may be what makes the change. */
    private void answered(Answer answer) {
        uncertain = answer.status() >= 500 || !answer.isWhole();
        if (answer.status() < 400) {
            takeBack();
            takeBack(answer.field("location"));
            takeBack(answer.field("content-location"));
        }
    }

    /** What the handler was never asked for has changed nothing. */
    private void completed() {
        if (uncertain && invocation.timing().isHandlerEntered()) {
            takeBack();
        }
    }

    private void takeBack() {
        String platform = invocation.endpoint().platform();
        stamps.takeBackPath(platform, invocation.path().value());
        tags.forEach(tag -> stamps.takeBackTag(platform, tag));
    }

    /** Only of the same origin: nobody may take back what belongs to another one. */
    private void takeBack(@Nullable String location) {
        if (location != null) {
            ownPath(location)
                    .ifPresent(path -> stamps.takeBackPath(invocation.endpoint().platform(), path));
        }
    }

    private Optional<String> ownPath(String location) {
        try {
            URI uri = URI.create(location);
            String authority = uri.getRawAuthority();
            boolean own = authority == null
                    || authority.equalsIgnoreCase(invocation.exchange().authority());
            String path = uri.getRawPath();
            return own && path != null && path.startsWith("/")
                    ? Optional.of(CanonicalPath.parse(path).value())
                    : Optional.empty();
        } catch (IllegalArgumentException | ProblemException e) {
            return Optional.empty(); // what cannot be read names nothing that could be kept
        }
    }
}
