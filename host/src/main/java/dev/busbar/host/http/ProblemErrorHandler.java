package dev.busbar.host.http;

import dev.busbar.host.pipeline.CorrelationInterceptor;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.internal.Problems;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Gives what Jetty itself refuses (a malformed request line, a header section that is too large) the one shape of errors.
 * Called by server threads.
 */
final class ProblemErrorHandler extends ErrorHandler {
    private final CorrelationInterceptor correlation;

    ProblemErrorHandler(CorrelationInterceptor correlation) {
        this.correlation = correlation;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException refused) {
            status = refused.getCode();
        }
        ProblemException problem = problem(status);
        String correlationId = correlation.name(request.getHeaders().getValuesList(CorrelationInterceptor.HEADER));
        byte[] body = Problems.encode(problem, "", correlationId);
        response.setStatus(problem.status());
        response.getHeaders().put(CorrelationInterceptor.HEADER, correlationId);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static ProblemException problem(int status) {
        return switch (status) {
            case 404 -> ProblemException.notFound("there is nothing at this path");
            case 405 -> of(405, "method-not-allowed", "Method not allowed", "this path does not answer the method");
            case 408 -> Problems.requestTimeout();
            case 413 -> of(413, "payload-too-large", "Payload too large", "the body is too large");
            case 414 -> of(414, "uri-too-long", "URI too long", "the request line is too long");
            case 415 -> of(415, "unsupported-media-type", "Unsupported media type", "the media type is not taken");
            case 431 -> of(431, "headers-too-large", "Headers too large", "the header section is too large");
            case 501, 505 -> malformed(400); // an encoding or version of HTTP that nobody speaks
            case 503 -> Problems.shuttingDown();
            default -> status >= 400 && status < 500 ? malformed(status) : Problems.internalError();
        };
    }

    private static ProblemException malformed(int status) {
        return of(status, "bad-request", HttpStatus.getMessage(status), "the request is not well-formed HTTP");
    }

    private static ProblemException of(int status, String name, String title, String detail) {
        return ProblemException.of(status, name, title, detail);
    }
}
