package dev.busbar.host.content;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Conditional requests (RFC 9110 section 13): answers 304 if the client already has the response, by its entity tag, else
 * by its {@code Last-Modified}. Applies to buffered 200 responses to {@code GET} and {@code HEAD}. Called on event-loop
 * threads; compares on the thread that sends the response.
 */
public final class ConditionalInterceptor implements Interceptor, RouteConcern {
    private static final byte[] NO_BODY = new byte[0];
    /** The headers about content that a 304 does not send (RFC 9110 section 15.4.5). */
    private static final Set<String> CONTENT_HEADERS =
            Set.of("content-type", "content-encoding", "content-language", "content-disposition", "last-modified");

    private final boolean compressed;

    /**
     * An interceptor whose 304 has the {@code Vary} of the 200 it replaces (section 15.4.5).
     *
     * @param compressed whether responses are compressed for clients that accept it
     */
    public ConditionalInterceptor(boolean compressed) {
        this.compressed = compressed;
    }

    /** {@code GET} routes. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return route.method() == HttpMethod.GET ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        Exchange exchange = invocation.exchange();
        List<String> tags = exchange.headers("if-none-match");
        List<String> since = exchange.headers("if-modified-since");
        if (!tags.isEmpty()) {
            invocation.reply().onAnswer(answer -> compareTags(answer, tags));
        } else if (since.size() == 1) {
            invocation.reply().onAnswer(answer -> compareTimes(answer, since.get(0)));
        }
        next.proceed(invocation);
    }

    private static boolean isComparable(Answer answer) {
        return answer.status() == 200 && answer.isBuffered();
    }

    /** Section 13.1.2. The 304 has the tag as the client sent it, so that the client finds its response. */
    private void compareTags(Answer answer, List<String> tags) {
        String tag = answer.field("etag");
        if (tag == null || !isComparable(answer)) {
            return;
        }
        String found = EntityTags.find(tags, tag);
        if (found != null) {
            notModified(answer);
            answer.field("etag", found);
        }
    }

    /** Section 13.1.3. */
    private void compareTimes(Answer answer, String since) {
        String modified = answer.field("last-modified");
        if (modified == null || !isComparable(answer)) {
            return;
        }
        if (modified.equals(since) || HttpDates.isNotAfter(modified, since)) {
            notModified(answer);
        }
    }

    private void notModified(Answer answer) {
        if (compressed && ContentCodings.isWorth(answer)) {
            answer.varyOn("accept-encoding");
        }
        answer.status(304);
        answer.body(NO_BODY);
        CONTENT_HEADERS.forEach(answer::remove);
    }
}
