package dev.busbar.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * Client of a running host. Every failure is a message of one line without the key and without a stack trace. Follows
 * no redirect: the key is for one host. For one thread.
 */
final class Api {
    /** Time limit for the first byte of most responses. */
    static final Duration SOON = Duration.ofSeconds(30);
    /**
     * Time limit for the first byte of responses for which the host reads its whole store; a little longer than the
     * host's own limit.
     */
    static final Duration LATE = Duration.ofSeconds(310);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 16 << 20;
    /** Names of exception classes in messages of the JDK, which are removed. */
    private static final Pattern NAMES = Pattern.compile("[\\w.$]+(Exception|Error): ");

    private final Target target;
    private final HttpClient client;

    Api(Target target) {
        this.target = target;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** A path with a query. */
    static String path(String path, Map<String, String> query) {
        return query.isEmpty()
                ? path
                : query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", path + "?", ""));
    }

    /** Gets JSON. */
    Tree get(String path, Duration limit) throws FailedException, InterruptedException {
        try (InputStream body = open(path, "application/json", limit)) {
            return Tree.parse(read(body));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Sends a request that changes something.
     *
     * @param json the body; empty for none
     * @return the JSON of the response; an empty tree where it has none
     */
    Tree send(String method, String path, byte[] json, Duration limit) throws FailedException, InterruptedException {
        return send(method, path, "application/json", HttpRequest.BodyPublishers.ofByteArray(json), limit);
    }

    /**
     * Sends a request with content of a media type.
     *
     * @return as {@link #send(String, String, byte[], Duration)}
     */
    Tree send(String method, String path, String contentType, HttpRequest.BodyPublisher content, Duration limit)
            throws FailedException, InterruptedException {
        HttpRequest request = request(path, "application/json", limit)
                .header("Content-Type", contentType)
                .method(method, content)
                .build();
        try (InputStream body = open(request)) {
            byte[] bytes = read(body);
            return bytes.length == 0 ? Tree.EMPTY : Tree.parse(bytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Sends a value as JSON, or nothing. */
    Tree send(String method, String path, Optional<Object> body) throws FailedException, InterruptedException {
        return send(method, path, body.map(Tree::encode).orElseGet(() -> new byte[0]), SOON);
    }

    /** Opens a long response, to be closed by the caller; an exception while it is read is for {@link #failure}. */
    InputStream open(String path, String accept, Duration limit) throws FailedException, InterruptedException {
        return open(request(path, accept, limit).build());
    }

    private HttpRequest.Builder request(String path, String accept, Duration limit) throws FailedException {
        return HttpRequest.newBuilder(URI.create(target.url() + path))
                .header("Accept", accept)
                .header("X-API-Key", target.key())
                .timeout(limit);
    }

    private InputStream open(HttpRequest request) throws FailedException, InterruptedException {
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            InputStream body = new WatchedStream(response.body(), SOON);
            if (response.statusCode() / 100 == 2) {
                return body;
            }
            try (body) {
                throw new FailedException(ProblemLine.of(target.url().toString(), response.statusCode(), read(body)));
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static byte[] read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("the response is longer than " + MAX_BYTES + " bytes");
        }
        return bytes;
    }

    /** The one line for a failed exchange with the host. */
    FailedException failure(IOException e) {
        if (e instanceof SSLException) {
            return new FailedException(
                    "the certificate of " + target + " is not trusted, or it speaks no TLS: " + reason(e)
                            + " (expected: one by an authority that this Java knows; others in a trust store, with"
                            + " BUSBAR_JAVA_OPTS=-Djavax.net.ssl.trustStore=…)",
                    e);
        }
        if (e instanceof ConnectException) {
            return new FailedException(
                    "no host answers at " + target + ", which " + target.origin()
                            + " names: is it running? (start one with \"busbar serve\", or name another with --url)",
                    e);
        }
        if (e instanceof HttpTimeoutException) {
            return new FailedException(target + " takes too long to answer", e);
        }
        return new FailedException("the response of " + target + " cannot be used: " + reason(e), e);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : Plain.text(NAMES.matcher(message).replaceAll(""), 200);
    }
}
