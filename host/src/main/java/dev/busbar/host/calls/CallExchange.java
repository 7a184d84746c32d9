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

/** A call as the pipeline sees a request, without a network; what is answered is kept. Threads as {@link Exchange} says. */
final class CallExchange implements Exchange {
    /** What a streamed answer may have: it is kept in memory whole. */
    static final int MAX_STREAMED_BYTES = 16 << 20;

    private final String target;
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, String> fields;
    private final byte[] content;
    private final InputStream body;
    private final String clientAddress;
    private final CompletableFuture<Answered> answer = new CompletableFuture<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile Done whenDone = whole -> {};

    /**
     * An answer.
     *
     * @param whole whether it ended as it should
     */
    record Answered(int status, Map<String, String> headers, byte[] body, boolean whole) {}

    CallExchange(String target, PlatformCall call, byte[] content, String clientAddress) {
        this.target = target;
        this.method = call.method().name();
        this.path = call.path();
        this.query = call.query();
        this.fields = call.headers(); // and nothing of the call itself, which holds objects of the one that calls
        this.content = content;
        this.body = new ByteArrayInputStream(content);
        this.clientAddress = clientAddress;
    }

    /** Completes with what was answered, on the thread that answers. */
    CompletableFuture<Answered> answer() {
        return answer;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return "/api/" + target + path;
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public List<String> headers(String name) {
        String value = fields.get(name.toLowerCase(Locale.ROOT));
        return value == null ? List.of() : List.of(value);
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(fields.keySet());
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
    public void collect(int length, Collected whenWhole) {
        try {
            whenWhole.whole(body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a body in memory could not be read", e);
        }
    }

    @Override
    public void collectUpTo(int most, Collected whenWhole) {
        if (content.length > most) {
            whenWhole.larger();
        } else {
            collect(content.length, whenWhole);
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
    public void send(int status, Map<String, String> headers, byte[] bytes, Done told) {
        whenDone = told;
        end(new Answered(status, headers, bytes, true));
    }

    @Override
    public OutputStream stream(int status, Map<String, String> headers, Done told) {
        whenDone = told;
        return new Kept(status, headers);
    }

    @Override
    public void abort(Throwable cause) {
        end(new Answered(0, Map.of(), new byte[0], false));
    }

    private void end(Answered answered) {
        if (done.compareAndSet(false, true)) {
            answer.complete(answered);
            whenDone.done(answered.whole());
        }
    }

    /** Written to by one thread. */
    private final class Kept extends OutputStream {
        private final int status;
        private final Map<String, String> headers;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Kept(int status, Map<String, String> headers) {
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
                throw new IOException("a call takes at most " + MAX_STREAMED_BYTES + " streamed bytes");
            }
            bytes.write(more, offset, length);
        }

        @Override
        public void close() {
            end(new Answered(status, headers, bytes.toByteArray(), true));
        }
    }
}
