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
 * Calls another server, in {@code start} and in its handler. What it has to do to be gone afterwards: hold the client in
 * a field of an object, never in a static one; let it run on the lent executor, since threads of its own would stay for a
 * minute; close it where it can be closed (from JDK 21 on).
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
