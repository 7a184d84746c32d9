package dev.busbar.host.cache;

import dev.busbar.host.pipeline.Exchange;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A copy of the parts of a request that a handler sees, whose response is discarded: for a revalidation after the client
 * got the stale response. Immutable; may be used by any thread.
 */
final class DetachedExchange implements Exchange {
    private final InputStream body;
    private final String method;
    private final String rawPath;
    private final String rawQuery;
    private final String remoteAddress;
    private final String authority;
    private final boolean encrypted;
    private final boolean atAdminListener;
    private final Map<String, List<String>> headers = new HashMap<>();

    /**
     * Copies a request.
     *
     * @param seen the headers that the handler sees, in lower case
     * @param body the body, which is in memory
     */
    DetachedExchange(Exchange of, List<String> seen, InputStream body) {
        this.body = body;
        method = of.method();
        rawPath = of.rawPath();
        rawQuery = of.rawQuery();
        remoteAddress = of.remoteAddress();
        authority = of.authority();
        encrypted = of.isEncrypted();
        atAdminListener = of.isAtAdminListener();
        for (String name : seen) {
            List<String> values = of.headers(name);
            if (!values.isEmpty()) {
                headers.put(name, List.copyOf(values));
            }
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return rawPath;
    }

    @Override
    public String rawQuery() {
        return rawQuery;
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
        return -1;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void collect(int length, Collected whenComplete) {
        throw new UnsupportedOperationException("there is no body left to collect");
    }

    @Override
    public void collectUpTo(int max, Collected whenComplete) {
        collect(max, whenComplete);
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String authority() {
        return authority;
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
    public void send(int status, Map<String, String> headers, byte[] body, Done whenDone) {
        whenDone.done(true);
    }

    @Override
    public OutputStream stream(int status, Map<String, String> headers, Done whenDone) {
        return new OutputStream() {
            @Override
            public void write(int value) {}

            @Override
            public void write(byte[] bytes, int offset, int length) {}

            @Override
            public void close() {
                whenDone.done(true);
            }
        };
    }

    @Override
    public void abort(Throwable cause) {}
}
