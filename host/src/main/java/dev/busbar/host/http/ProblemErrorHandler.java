package dev.busbar.host.http;

import dev.busbar.core.CanonicalPath;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The error handler that answers requests refused by Jetty itself (a malformed request line, a header section that is
 * too large) with problem documents. Called by server threads.
 */
final class ProblemErrorHandler extends ErrorHandler {
    /** The reasons of Jetty for a path with an encoded NUL, an incomplete encoding, or a parent of the root. */
    private static final Set<String> UNREAD = Set.of("Illegal character in path", "Bad URI % encoding", "Bad URI");

    /** The request attribute with the invocation, where the request has reached the pipeline. */
    static final String INVOCATION = "dev.busbar.invocation";

    private final Interceptor.Next fields;

    ProblemErrorHandler(Interceptor.Next fields) {
        this.fields = fields;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ProblemException problem = problem(response.getStatus());
        if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException refused) {
            problem = isPathUnread(refused) ? CanonicalPath.unreadable() : problem(refused.getCode());
        }
        @Nullable Invocation known = request.getAttribute(INVOCATION) instanceof Invocation before ? before : null;
        Invocation invocation = known == null ? unseen(request, response, callback) : known;
        byte[] body = Problems.encode(problem, "", invocation.correlationId());
        response.setStatus(problem.status());
        invocation.reply().addedHeaders().forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        // The listeners of a request that was in the pipeline are notified by the code that has answered it there.
        Callback done = known == null ? telling(invocation, problem.status(), body.length, callback) : callback;
        response.write(true, ByteBuffer.wrap(body), done);
        return true;
    }

    private Invocation unseen(Request request, Response response, Callback callback) {
        JettyExchange exchange = new JettyExchange(request, response, callback, () -> false, () -> {});
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        fields.proceed(invocation);
        return invocation;
    }

    private static Callback telling(Invocation invocation, int status, int length, Callback callback) {
        return Callback.from(
                () -> {
                    callback.succeeded();
                    invocation.reply().answeredByServer(new Sent(status, length, true));
                },
                failure -> {
                    callback.failed(failure);
                    invocation.reply().answeredByServer(new Sent(status, length, false));
                });
    }

    /** Jetty parses the path before any handler runs; a path that it cannot decode is recognized by the reason only. */
    private static boolean isPathUnread(HttpException refused) {
        return refused instanceof Throwable thrown
                && thrown.getCause() instanceof IllegalArgumentException cause
                && "Bad Request".equals(refused.getReason())
                && (cause instanceof NumberFormatException || UNREAD.contains(String.valueOf(cause.getMessage())));
    }

    private static ProblemException problem(int status) {
        return switch (status) {
            case 404 -> ProblemException.notFound("there is nothing at this path");
            case 405 -> ProblemType.METHOD_NOT_ALLOWED.problem("this path does not answer the method");
            case 408 -> Problems.requestTimeout();
            case 413 -> ProblemType.PAYLOAD_TOO_LARGE.problem("the body is too large");
            case 414 -> ProblemType.URI_TOO_LONG.problem("the request line is too long");
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE.problem("the media type is not accepted");
            case 431 -> ProblemType.HEADERS_TOO_LARGE.problem("the header section is too large");
            case 426, 505 ->
                ProblemType.HTTP_VERSION_NOT_SUPPORTED.problem(
                        "the version of HTTP is not supported (expected: HTTP/1.1, or HTTP/2 over TLS)");
            case 501 -> ProblemType.NOT_IMPLEMENTED.problem("the request needs what this host does not implement");
            case 503 -> Problems.shuttingDown();
            default -> status >= 400 && status < 500 ? malformed() : Problems.internalError();
        };
    }

    private static ProblemException malformed() {
        return ProblemType.BAD_REQUEST.problem("the request is not well-formed HTTP");
    }
}
