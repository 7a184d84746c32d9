package dev.busbar.host.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** One POST of JSON to a URL. Sent once, by one thread; aborted by any. */
public final class Post {
    private static final int MAX_READ = 1_024;

    private final OutboundHttp http;
    private final HttpPost post;
    private final HttpHost target;

    /**
     * The response to a request.
     *
     * @param retryAfter the value of {@code Retry-After}
     * @param start the first kilobyte of its body; the rest is not read
     */
    public record Received(int status, Optional<String> retryAfter, String start) {}

    Post(OutboundHttp http, URI uri, Map<String, String> headers, byte[] json) {
        this.http = http;
        this.post = new HttpPost(uri);
        this.target = HttpHost.create(uri);
        headers.forEach(post::setHeader);
        post.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        post.setHeader(HttpHeaders.CONNECTION, "close");
        post.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
    }

    /**
     * Sends the request. May block for the timeouts of the client, and longer where a server sends bit by bit: {@link #abort}
     * ends it.
     *
     * @throws IOException when there is no response in time, it is malformed, or the address must not be connected to; the
     *     message is fit for the log
     */
    public Received send() throws IOException {
        try (CloseableHttpClient client = http.open()) {
            ClassicHttpResponse response = client.executeOpen(target, post, null);
            Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
            return new Received(
                    response.getCode(), Optional.ofNullable(retryAfter).map(Header::getValue), start(response));
        } finally {
            boolean unused = post.cancel(); // the rest of the body is not waited for
        }
    }

    private static String start(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return "";
        }
        InputStream content = entity.getContent();
        return new String(content.readNBytes(MAX_READ), StandardCharsets.UTF_8);
    }

    /** Ends a request that is in progress, from any thread; harmless when there is none. */
    public void abort() {
        boolean unused = post.cancel();
    }
}
