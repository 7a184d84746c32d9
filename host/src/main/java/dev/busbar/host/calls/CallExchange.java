package dev.busbar.host.calls;

import dev.busbar.host.pipeline.Exchange;
import dev.busbar.plugin.PlatformCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A platform call as an exchange of the pipeline, without a network. Its response is written by the thread that sends it,
 * and awaited by the calling thread.
 */
final class CallExchange implements Exchange {
    /** The max size of a streaming response, which is collected in memory. */
    static final int MAX_STREAMED_BYTES = 16 << 20;

    private final Line line;
    private final Map<String, String> headers;
    private final byte[] content;
    private final InputStream body;
    private final String clientAddress;
    private final CompletableFuture<RawResponse> response = new CompletableFuture<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile Done whenDone = complete -> {};

    /**
     * A response.
     *
     * @param complete whether it is complete
     */
    record RawResponse(int status, Map<String, String> headers, byte[] body, boolean complete) {}

    CallExchange(String target, PlatformCall call, byte[] content, String clientAddress) {
        // Not the call itself, which holds objects of the calling platform.
        this(
                new Line(call.method().name(), "/api/" + target + call.path(), call.query()),
                call.headers(),
                content,
                clientAddress);
    }

    /** @param headers by name in lower case */
    CallExchange(Line line, Map<String, String> headers, byte[] content, String clientAddress) {
        this.line = line;
        this.headers = headers;
        this.content = content;
        this.body = new ByteArrayInputStream(content);
        this.clientAddress = clientAddress;
    }

    /**
     * The request line of a call.
     *
     * @param path the whole path
     * @param query empty for none
     */
    record Line(String method, String path, String query) {}

    /** Completes with the response, on the thread that sends it. */
    CompletableFuture<RawResponse> response() {
        return response;
    }

    @Override
    public String method() {
        return line.method();
    }

    @Override
    public String rawPath() {
        return line.path();
    }

    @Override
    public String rawQuery() {
        return line.query();
    }

    @Override
    public List<String> headers(String name) {
        String value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? List.of() : List.of(value);
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(headers.keySet());
    }

    @Override
    public long contentLength() {
        return content.length;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void collect(int length, Collected whenComplete) {
        try {
            whenComplete.complete(body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a body in memory could not be read", e);
        }
    }

    @Override
    public void collectUpTo(int max, Collected whenComplete) {
        if (content.length > max) {
            whenComplete.exceeded();
        } else {
            collect(content.length, whenComplete);
        }
    }

    @Override
    public String remoteAddress() {
        return clientAddress;
    }

    @Override
    public String authority() {
        return "";
    }

    @Override
    public boolean isEncrypted() {
        return false;
    }

    @Override
    public boolean isAtAdminListener() {
        return false;
    }

    @Override
    public void send(int status, Map<String, String> headers, byte[] bytes, Done listener) {
        whenDone = listener;
        end(new RawResponse(status, headers, bytes, true));
    }

    @Override
    public OutputStream stream(int status, Map<String, String> headers, Done listener) {
        whenDone = listener;
        return new Collecting(status, headers);
    }

    @Override
    public void abort(Throwable cause) {
        end(new RawResponse(0, Map.of(), new byte[0], false));
    }

    private void end(RawResponse raw) {
        if (done.compareAndSet(false, true)) {
            response.complete(raw);
            whenDone.done(raw.complete());
        }
    }

    /** A streaming response that is collected. Used by one thread. */
    private final class Collecting extends OutputStream {
        private final int status;
        private final Map<String, String> headers;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Collecting(int status, Map<String, String> headers) {
            this.status = status;
            this.headers = headers;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] more, int offset, int length) throws IOException {
            if (done.get()) {
                throw new IOException("the call was abandoned");
            }
            if (bytes.size() + length > MAX_STREAMED_BYTES) {
                throw new IOException("streaming response: more than " + MAX_STREAMED_BYTES
                        + " bytes (expected: at most that, for a platform call)");
            }
            bytes.write(more, offset, length);
        }

        @Override
        public void close() {
            end(new RawResponse(status, headers, bytes.toByteArray(), true));
        }
    }
}
