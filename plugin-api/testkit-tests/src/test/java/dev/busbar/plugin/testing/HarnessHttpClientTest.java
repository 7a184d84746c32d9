package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Platforms with the HTTP clients that are in common use, closed as their documentation says, pass the harness, as they
 * pass the host. Waits for the idle threads of these clients.
 */
final class HarnessHttpClientTest {
    private static final String ADDRESS = "busbar.test.address";

    private static HttpServer server;

    @BeforeAll
    static void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes());
            exchange.close();
        });
        server.start();
        System.setProperty(
                ADDRESS,
                "http://" + server.getAddress().getHostString() + ":"
                        + server.getAddress().getPort() + "/");
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        System.clearProperty(ADDRESS);
    }

    /** The JDK's client, with the lent executor, dropped when it is closed. */
    public static final class JdkPlatform implements Platform {
        private @Nullable HttpClient client;

        @Override
        public void start(PlatformContext context) {
            client = HttpClient.newBuilder().executor(context.executor()).build();
        }

        @Override
        public List<Route> routes() {
            return List.of(Route.get("/", request -> Response.text(fetch())).access(Access.PUBLIC));
        }

        private String fetch() throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(URI.create(System.getProperty(ADDRESS)))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }

        @Override
        public void close() {
            client = null;
        }
    }

    /** OkHttp, closed as the documentation of {@code OkHttpClient} says. */
    public static final class OkHttpPlatform implements Platform {
        private final OkHttpClient client = new OkHttpClient();

        @Override
        public List<Route> routes() {
            return List.of(Route.get("/", request -> Response.text(fetch())).access(Access.PUBLIC));
        }

        private String fetch() throws IOException {
            okhttp3.Request request = new okhttp3.Request.Builder()
                    .url(System.getProperty(ADDRESS))
                    .build();
            try (okhttp3.Response response = client.newCall(request).execute()) {
                return response.body().string();
            }
        }

        @Override
        public void close() {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }

    private static void exercise(PlatformHarness harness) throws InterruptedException {
        assertThat(harness.get("/").call().text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(classes = {JdkPlatform.class, OkHttpPlatform.class})
    void a_client_that_is_closed_as_documented_passes_close(Class<? extends Platform> platform) throws Exception {
        try (PlatformHarness harness =
                PlatformHarness.start(platform.getConstructor().newInstance())) {
            exercise(harness);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {JdkPlatform.class, OkHttpPlatform.class})
    void a_client_that_is_closed_as_documented_leaves_nothing(Class<? extends Platform> platform) throws Exception {
        PlatformHarness.requireNoLeaks(platform, HarnessHttpClientTest::exercise);
    }
}
