package dev.busbar.host.http;

import dev.busbar.core.EncodedResponse;
import dev.busbar.host.pipeline.Exchange;
import java.io.FilterOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Adapter of a Jetty request and its response to the pipeline. Thread-safe as documented by {@link Exchange}: the
 * thread that answers may be another one than the reader of the body, so the body is read only until it was given up.
 */
final class JettyExchange implements Exchange {
    /** The request attribute of a request that is answered while its client is still sending. */
    static final String ANSWERED = "dev.busbar.answered";

    private static final long LINGER_SECONDS = 10;
    private static final EncodedHeaders FIELDS = new EncodedHeaders();

    private final Request request;
    private final HttpFields fields;
    private final Response response;
    private final Callback callback;
    private final BooleanSupplier closing;
    private final JettyBody body;
    private final AtomicBoolean completed = new AtomicBoolean();
    private final Runnable whenComplete;
    private volatile Done whenDone = complete -> {};

    /**
     * Adapts.
     *
     * @param closing whether the connection is to be closed after the response
     * @param whenComplete runs once, when the response was sent or has failed
     */
    JettyExchange(
            Request request, Response response, Callback callback, BooleanSupplier closing, Runnable whenComplete) {
        this.whenComplete = whenComplete;
        this.request = request;
        this.fields = request.getHeaders();
        this.response = response;
        this.callback = callback;
        this.closing = closing;
        this.body = new JettyBody(request);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String rawPath() {
        String path = request.getHttpURI().getPath();
        return path == null ? "" : path;
    }

    @Override
    public String rawQuery() {
        String query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }

    @Override
    public List<String> headers(String name) {
        return fields.getValuesList(name);
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(fields.getFieldNamesCollection());
    }

    @Override
    public long contentLength() {
        return request.getLength();
    }

    @Override
    public boolean mayHaveBody() {
        long length = request.getLength();
        if (length >= 0) {
            return length > 0;
        }
        return version().getVersion() >= 20
                ? !method().equals("GET") && !method().equals("HEAD")
                : fields.contains(HttpHeader.TRANSFER_ENCODING);
    }

    @Override
    public long arrivedBytes() {
        return body.arrivedBytes();
    }

    @Override
    public long awaitedNanos() {
        return body.awaitedNanos();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void collect(int length, Collected whenComplete) {
        body.collect(length, whenComplete);
    }

    @Override
    public void collectUpTo(int max, Collected whenComplete) {
        body.collectUpTo(max, whenComplete);
    }

    @Override
    public void later(Runnable task) {
        request.getComponents().getExecutor().execute(task);
    }

    @Override
    public String remoteAddress() {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? peer.getAddress().getHostAddress()
                : "";
    }

    @Override
    public String authority() {
        String authority = request.getHttpURI().getAuthority();
        if (authority != null && !authority.isEmpty()) {
            return authority;
        }
        // Over HTTP/2, Host may stand in for the authority (RFC 9113 section 8.3.1).
        String host = fields.get(HttpHeader.HOST);
        return host == null ? "" : host;
    }

    @Override
    public boolean isEncrypted() {
        return request.getConnectionMetaData().isSecure();
    }

    @Override
    public boolean isAtAdminListener() {
        return Listeners.ADMIN.equals(
                request.getConnectionMetaData().getConnector().getName());
    }

    @Override
    public void send(int status, Map<String, String> headers, byte[] content, Done whenDone) {
        head(status, headers);
        this.whenDone = whenDone;
        Callback last = Callback.from(this::written, this::complete);
        if (status == 304) {
            // Jetty would add a length of 0, which is not that of the 200 (RFC 9110 section 8.6).
            response.write(
                    false,
                    BufferUtil.EMPTY_BUFFER,
                    Callback.from(() -> response.write(true, BufferUtil.EMPTY_BUFFER, last), this::complete));
            return;
        }
        ByteBuffer buffer = BufferUtil.EMPTY_BUFFER;
        if (status == 205) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        } else if (status != 204) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
            if (!method().equals("HEAD")) {
                buffer = ByteBuffer.wrap(content);
            }
        }
        response.write(true, buffer, last);
    }

    /** Called when the response was sent; completes when the client has stopped sending, or after a limit. */
    private void written() {
        if (!body.isArriving() || !completed.compareAndSet(false, true)) {
            complete(null);
            return;
        }
        request.setAttribute(ANSWERED, true);
        Scheduler.Task limit = request.getConnectionMetaData()
                .getConnector()
                .getScheduler()
                .schedule(body::stopDropping, LINGER_SECONDS, TimeUnit.SECONDS);
        body.dropRest(atEnd -> {
            limit.cancel();
            if (!atEnd) {
                endStream();
            }
            callback.succeeded();
        });
        tellDone(true);
    }

    /**
     * Asks a client of HTTP/2 to stop sending, without an error: the response is complete (RFC 9113 section 8.1). Jetty
     * itself would cancel the stream, and clients would discard the response.
     */
    private void endStream() {
        if (request.getConnectionMetaData().getConnection() instanceof HTTP2Connection http2) {
            Stream stream = http2.getSession().getStream(Integer.parseInt(request.getId()));
            if (stream != null) {
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.NO_ERROR.code), Callback.NOOP);
            }
        }
    }

    private void tellDone(boolean complete) {
        whenDone.done(complete);
        whenComplete.run();
    }

    @Override
    public OutputStream stream(int status, Map<String, String> headers, Done whenDone) {
        head(status, headers);
        this.whenDone = whenDone;
        OutputStream out = Content.Sink.asOutputStream(response);
        if (status == 205) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            out = new Discarding(out);
        }
        return new JettyStream(out, completed::get, this::written);
    }

    /** Discards the content of a 205, which has none (RFC 9110 section 15.3.6); Jetty does so for 204 and 304. */
    private static final class Discarding extends FilterOutputStream {
        Discarding(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) {}

        @Override
        public void write(byte[] bytes, int offset, int length) {}
    }

    @Override
    public void abort(Throwable cause) {
        body.giveUp();
        complete(cause);
    }

    private void head(int status, Map<String, String> headers) {
        response.setStatus(status);
        HttpFields.Mutable target = response.getHeaders();
        // Each header but Set-Cookie occurs once, and the server sets none of them by itself.
        headers.forEach((name, value) -> {
            if (name.equals(EncodedResponse.SET_COOKIE)) {
                EncodedResponse.lines(value).forEach(line -> target.add(name, line));
            } else {
                target.add(FIELDS.of(name, value));
            }
        });
        boolean clean = body.giveUp();
        if ((closing.getAsBoolean() || !clean || isFramingFaulty()) && version().getVersion() < 20) {
            target.put(HttpHeader.CONNECTION, "close");
        }
    }

    private HttpVersion version() {
        return request.getConnectionMetaData().getHttpVersion();
    }

    /**
     * Returns whether the framing is ambiguous: a proxy may ignore a transfer encoding in HTTP/1.0 (RFC 9112 section
     * 6.1).
     */
    private boolean isFramingFaulty() {
        return version() == HttpVersion.HTTP_1_0 && fields.contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void complete(@Nullable Throwable failure) {
        if (!completed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (failure == null) {
                callback.succeeded();
            } else {
                callback.failed(failure);
            }
        } finally {
            tellDone(failure == null);
        }
    }
}
