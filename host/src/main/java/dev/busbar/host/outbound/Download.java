package dev.busbar.host.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A document at a URL. Fetched by one thread at a time; aborted by any. */
public final class Download {
    private final OutboundHttp http;
    private final URI uri;
    private final String accept;
    private final int maxBytes;
    private final AtomicReference<@Nullable HttpGet> running = new AtomicReference<>();

    Download(OutboundHttp http, URI uri, String accept, int maxBytes) {
        this.http = http;
        this.uri = uri;
        this.accept = accept;
        this.maxBytes = maxBytes;
    }

    /**
     * Fetches the document. May block for the timeouts of the client.
     *
     * @throws IOException when the response is not 200, too large, compressed or malformed, when there is none in time, or
     *     when the address must not be connected to; the message is fit for the log
     */
    public byte[] fetch() throws IOException {
        HttpGet get = new HttpGet(uri);
        get.setHeader(HttpHeaders.ACCEPT, accept);
        get.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        get.setHeader(HttpHeaders.CONNECTION, "close");
        running.set(get);
        try (CloseableHttpClient client = http.open()) {
            return client.execute(get, this::body);
        } finally {
            running.set(null);
        }
    }

    private byte[] body(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (response.getCode() != 200 || entity == null) {
            throw new IOException("the status of the response is " + response.getCode() + " (expected: 200)");
        }
        Header coding = response.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !"identity".equalsIgnoreCase(coding.getValue())) {
            throw new IOException("the response is compressed (expected: Content-Encoding identity)");
        }
        if (entity.getContentLength() > maxBytes) {
            throw tooLarge();
        }
        InputStream content = entity.getContent(); // closed with the client: to close it here would read all the rest
        byte[] bytes = content.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw tooLarge();
        }
        return bytes;
    }

    private IOException tooLarge() {
        return new IOException("the response is larger than " + maxBytes + " bytes");
    }

    /** Ends a fetch that is in progress, from any thread; harmless when there is none. */
    public void abort() {
        HttpGet get = running.get();
        if (get != null) {
            boolean unused = get.cancel();
        }
    }
}
