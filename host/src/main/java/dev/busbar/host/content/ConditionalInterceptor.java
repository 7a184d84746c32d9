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
 * Answers 304 where the client has what it asks for already (RFC 9110 section 13): by the entity tag, else by the time
 * of the last change, as far as the answer names them. Only whole answers with 200 to {@code GET} and {@code HEAD}.
 * Called on server threads; looks at the answer on the thread that sends it.
 */
public final class ConditionalInterceptor implements Interceptor, RouteConcern {
    private static final byte[] NOTHING = new byte[0];
    /** What describes the content that is not sent (RFC 9110 section 15.4.5). */
    private static final Set<String> OF_CONTENT =
            Set.of("content-type", "content-encoding", "content-language", "content-disposition", "last-modified");

    private final boolean compressed;

    /**
     * One whose 304 varies as the answer would that it stands for (section 15.4.5).
     *
     * @param compressed whether answers are compressed for those that take it
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
        return answer.status() == 200 && answer.isWhole();
    }

    /** Section 13.1.2. The tag goes out as the client wrote it, so that it finds what it has. */
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
        answer.body(NOTHING);
        OF_CONTENT.forEach(answer::remove);
    }
}
