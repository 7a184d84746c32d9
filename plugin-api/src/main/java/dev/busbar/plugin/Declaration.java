package dev.busbar.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link Route} says. Changed only between {@link #copy} and the making of the route that keeps it. */
final class Declaration {
    final HttpMethod method;
    final String path;
    final Handler handler;

    @Nullable Access access;

    String summary = "";
    Duration deadline = Route.DEFAULT_DEADLINE;
    long maxBodyBytes = Route.DEFAULT_MAX_BODY_BYTES;
    int cost = 1;
    List<String> consumes = List.of();

    @Nullable CachePolicy cache;

    boolean pure;
    Set<String> invalidates = Set.of();

    @Nullable Class<?> bodyType;

    @Nullable Class<?> responseType;

    Declaration(HttpMethod method, String path, Handler handler) {
        this.method = method;
        this.path = path;
        this.handler = handler;
    }

    Declaration copy() {
        Declaration copy = new Declaration(method, path, handler);
        copy.access = access;
        copy.summary = summary;
        copy.deadline = deadline;
        copy.maxBodyBytes = maxBodyBytes;
        copy.cost = cost;
        copy.consumes = consumes;
        copy.cache = cache;
        copy.pure = pure;
        copy.invalidates = invalidates;
        copy.bodyType = bodyType;
        copy.responseType = responseType;
        return copy;
    }
}
