package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Properties;

/**
 * Calls another server in {@code start} and in its handler. To be unloadable it keeps the client in an instance field, runs it on the lent executor, because the client's own threads would live for a minute, and closes it where possible (JDK 21 or later).
 */
public final class HttpClientPlatform implements Platform {
    private HttpClient client;
    private URI uri;

    @Override
    public void start(PlatformContext context) throws IOException, InterruptedException {
        Properties properties = new Properties();
        try (InputStream in = HttpClientPlatform.class.getResourceAsStream("/bench.properties")) {
            properties.load(in);
        }
        uri = URI.create(properties.getProperty("uri"));
        client = HttpClient.newBuilder().executor(context.executor()).build();
        call();
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/use", request -> Response.text(call())).access(Access.PUBLIC));
    }

    private String call() throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() throws Exception {
        Object closed = client;
        client = null;
        if (closed instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
