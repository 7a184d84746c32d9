package dev.busbar.host.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.pipeline.Exchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A request without a server, which remembers what was answered. Set up by one thread, then used by any. */
public final class FakeExchange implements Exchange {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String method;
    private final String path;
    private final String query;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicBoolean completed = new AtomicBoolean();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private InputStream body = InputStream.nullInputStream();
    private long contentLength = -1;
    private String remoteAddress = "127.0.0.1";
    private boolean encrypted;
    private boolean atAdminListener;
    private boolean slow;
    private boolean chunked;
    private int maxCollected;
    private volatile long arrived;
    private volatile long awaitedNanos = -1;
    private Collected collecting = body -> {};
    private Runnable whenSending = () -> {};
    private Executor workers = Runnable::run;
    private volatile int status;
    private volatile Map<String, String> answerHeaders = Map.of();
    private volatile Done whenDone = complete -> {};
    private volatile boolean aborted;

    private FakeExchange(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
    }

    /** A request by method token and path with query, both as they would be sent. */
    public static FakeExchange of(String method, String target) {
        return new FakeExchange(method, target);
    }

    /** {@code GET} of a path. */
    public static FakeExchange get(String target) {
        return of("GET", target);
    }

    /** Adds a header field. */
    public FakeExchange with(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    /** Sets a body of declared length. */
    public FakeExchange body(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        contentLength = bytes.length;
        return body(new ByteArrayInputStream(bytes));
    }

    /** Sets a body of undeclared length. */
    public FakeExchange body(InputStream in) {
        body = in;
        return this;
    }

    /** Declares a length, true or not. */
    public FakeExchange contentLength(long length) {
        contentLength = length;
        return this;
    }

    /** Runs something on the thread that answers, right before the answer is out. */
    public FakeExchange whenSending(Runnable action) {
        whenSending = action;
        return this;
    }

    /** How often it was answered. */
    public int answers() {
        return answers.get();
    }

    /** Whether the answer is out, or was broken off. */
    public boolean isComplete() {
        return completed.get();
    }

    /** Whether the answer was broken off. */
    public boolean isAborted() {
        return aborted;
    }

    /** The status of the answer; 0 before it. */
    public int status() {
        return status;
    }

    /** The header fields of the answer. */
    public Map<String, String> answerHeaders() {
        return answerHeaders;
    }

    /** The content of the answer. */
    public String text() {
        return content.toString(StandardCharsets.UTF_8);
    }

    /** The content of the answer as JSON. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(text());
        } catch (IOException e) {
            throw new UncheckedIOException(text(), e);
        }
    }

    /** The last part of the type of the problem that was answered. */
    public String problem() {
        return json().path("type").asText().replace("urn:busbar:problem:", "");
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(headers.keySet());
    }

    @Override
    public long contentLength() {
        return contentLength;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void collect(int length, Collected whenComplete) {
        maxCollected = length;
        collecting = whenComplete;
        if (!slow) {
            arrive();
        }
    }

    @Override
    public void collectUpTo(int max, Collected whenComplete) {
        collect(max, whenComplete);
    }

    @Override
    public boolean mayHaveBody() {
        return chunked || contentLength > 0;
    }

    @Override
    public long arrivedBytes() {
        return arrived;
    }

    @Override
    public long awaitedNanos() {
        return awaitedNanos;
    }

    /** The reader of the body waits for the client, and has done so for so long. */
    public FakeExchange awaited(Duration time) {
        awaitedNanos = time.toNanos();
        return this;
    }

    /** Sets a body of undeclared length that comes in chunks. */
    public FakeExchange chunked(String text) {
        chunked = true;
        return body(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** So many bytes of the body have come in. */
    public FakeExchange arrived(long bytes) {
        arrived = bytes;
        return this;
    }

    /** The client is gone before the end of its body. */
    public void leave() {
        collecting.failed(new IOException("the client is gone"));
    }

    /** Has the body come in only when {@link #arrive} is called. */
    public FakeExchange slow() {
        slow = true;
        return this;
    }

    /** The rest of the body comes in. */
    public void arrive() {
        try {
            byte[] first = body.readNBytes(maxCollected);
            int next = body.read();
            try {
                collecting.reserve(first.length);
            } catch (RuntimeException refused) {
                collecting.failed(refused);
                return;
            }
            if (next < 0) {
                collecting.complete(first);
                return;
            }
            body = new SequenceInputStream(
                    new ByteArrayInputStream(first),
                    new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) next}), body));
            collecting.exceeded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs what may block on these threads; without them on the thread that asks. */
    public FakeExchange workers(Executor threads) {
        workers = threads;
        return this;
    }

    @Override
    public void later(Runnable task) {
        workers.execute(task);
    }

    /** Says from which address it comes. */
    public FakeExchange from(String address) {
        remoteAddress = address;
        return this;
    }

    /** Says that it comes over TLS. */
    public FakeExchange encrypted() {
        encrypted = true;
        return this;
    }

    /** Says that it comes in at the listener of the admin API. */
    public FakeExchange atAdminListener() {
        atAdminListener = true;
        return this;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String authority() {
        return String.join(",", headers("Host"));
    }

    @Override
    public boolean isEncrypted() {
        return encrypted;
    }

    @Override
    public boolean isAtAdminListener() {
        return atAdminListener;
    }

    @Override
    public void send(int answered, Map<String, String> fields, byte[] bytes, Done done) {
        head(answered, fields, done);
        content.writeBytes(bytes);
        complete();
    }

    @Override
    public OutputStream stream(int answered, Map<String, String> fields, Done done) {
        head(answered, fields, done);
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (completed.get()) {
                    throw new IOException("broken off");
                }
                content.write(b);
            }

            @Override
            public void close() {
                complete();
            }
        };
    }

    @Override
    public void abort(Throwable cause) {
        if (!completed.get()) {
            aborted = true;
        }
        complete();
    }

    private void head(int answered, Map<String, String> fields, Done done) {
        answers.incrementAndGet();
        whenSending.run();
        status = answered;
        answerHeaders = Map.copyOf(fields);
        whenDone = done;
    }

    private void complete() {
        if (completed.compareAndSet(false, true)) {
            whenDone.done(!aborted);
        }
    }
}
