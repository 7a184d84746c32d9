package dev.busbar.host.content;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Conditional requests (RFC 9110 section 13): answers 304 if the client already has the response, by its entity tag, else
 * by its {@code Last-Modified}; on routes with a cache policy, whose handlers see no conditions, also 412 if it is not the
 * one that the client expects. Applies to buffered 200 responses to {@code GET} and {@code HEAD}. Called on event-loop
 * threads; compares on the thread that sends the response.
 */
public final class ConditionalInterceptor implements Interceptor, RouteConcern {
    private static final byte[] NO_BODY = new byte[0];
    /** The headers about content that a 304 does not send (RFC 9110 section 15.4.5). */
    private static final Set<String> CONTENT_HEADERS =
            Set.of("content-type", "content-encoding", "content-language", "content-disposition", "last-modified");

    private final boolean compressed;
    private final boolean hidden;

    /**
     * An interceptor whose 304 has the {@code Vary} of the 200 it replaces (section 15.4.5).
     *
     * @param compressed whether responses are compressed for clients that accept it
     */
    public ConditionalInterceptor(boolean compressed) {
        this(compressed, false);
    }

    /**
     * An interceptor of certain routes.
     *
     * @param hidden whether the handler sees no preconditions, so that they have to be checked here
     */
    private ConditionalInterceptor(boolean compressed, boolean hidden) {
        this.compressed = compressed;
        this.hidden = hidden;
    }

    /** {@code GET} routes. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        if (route.method() != HttpMethod.GET) {
            return Optional.empty();
        }
        return Optional.of(route.cache().isPresent() ? new ConditionalInterceptor(compressed, true) : this);
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
        if (hidden) {
            requirePreconditions(invocation, exchange);
        }
        next.proceed(invocation);
    }

    /** Registered last, so that they are compared first (section 13.2.2). */
    private static void requirePreconditions(Invocation invocation, Exchange exchange) {
        List<String> tags = exchange.headers("if-match");
        List<String> since = tags.isEmpty() ? exchange.headers("if-unmodified-since") : List.of();
        if (!tags.isEmpty() || since.size() == 1) {
            invocation.reply().onAnswer(answer -> {
                boolean met = tags.isEmpty() ? isUnmodified(answer, since.get(0)) : isMatched(answer, tags);
                if (isComparable(answer) && !met) {
                    preconditionFailed(answer, invocation);
                }
            });
        }
    }

    /** Section 13.1.1; a weak tag never matches. */
    private static boolean isMatched(Answer answer, List<String> tags) {
        String tag = answer.field("etag");
        boolean any = tags.stream().anyMatch(value -> value.strip().equals("*"));
        return any || (tag != null && !tag.startsWith("W/") && tag.equals(EntityTags.find(tags, tag)));
    }

    /** Section 13.1.4; a malformed date is ignored. */
    private static boolean isUnmodified(Answer answer, String since) {
        String modified = answer.field("last-modified");
        return modified == null
                || !HttpDates.isDate(modified)
                || !HttpDates.isDate(since)
                || HttpDates.isNotAfter(modified, since);
    }

    private static void preconditionFailed(Answer answer, Invocation invocation) {
        ProblemException problem =
                ProblemType.PRECONDITION_FAILED.problem("the response is not the one that the client expects");
        answer.status(problem.status());
        CONTENT_HEADERS.forEach(answer::remove);
        answer.remove("etag");
        answer.remove("age");
        answer.field("content-type", Problems.MEDIA_TYPE);
        answer.field("cache-control", "no-store");
        answer.body(Problems.encode(problem, invocation.path().value(), invocation.correlationId()));
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
        if (modified.equals(since) ? HttpDates.isDate(since) : HttpDates.isNotAfter(modified, since)) {
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
