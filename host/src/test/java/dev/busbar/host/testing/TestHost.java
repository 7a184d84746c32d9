package dev.busbar.host.testing;

import dev.busbar.host.Host;
import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** A real host on a free port of loopback, with a data directory of the test's own. Used by one thread. */
public final class TestHost implements AutoCloseable {
    private final Path data;
    private final Host host;
    private final String key;
    private final HttpClient client;

    private TestHost(Path data, Host host, String key) {
        this(data, host, key, HttpClient.newHttpClient());
    }

    private TestHost(Path data, Host host, String key, HttpClient client) {
        this.data = data;
        this.host = host;
        this.key = key;
        this.client = client;
    }

    /** Starts a host that speaks TLS, asked by a client of this context. */
    public static TestHost startEncrypted(Path data, SSLContext context, String... arguments) throws IOException {
        Host host = Host.start(settings(data, arguments));
        HttpClient client = HttpClient.newBuilder().sslContext(context).build();
        return new TestHost(
                data, host, Files.readString(data.resolve("admin.key")).strip(), client);
    }

    /**
     * Starts a host; a second start on the same directory is a restart. Unless it uses a server, a first start finds a
     * {@link MigratedStore}.
     */
    public static TestHost start(Path data, String... arguments) throws IOException {
        return start(data, host -> {}, arguments);
    }

    /** The same, with what is done with the host before any plugin is started. */
    public static TestHost start(Path data, Consumer<Host> begun, String... arguments) throws IOException {
        if (Stream.of(arguments).noneMatch(argument -> argument.startsWith("--store.url="))) {
            MigratedStore.putInto(data);
        }
        return startAsIs(data, begun, arguments);
    }

    /** Starts a host that creates its store itself if there is none. */
    public static TestHost startAsIs(Path data, Consumer<Host> begun, String... arguments) throws IOException {
        Host host = Host.start(settings(data, arguments), begun);
        return new TestHost(
                data, host, Files.readString(data.resolve("admin.key")).strip());
    }

    /** Starts a host on a store in which there is a key by now. */
    public static TestHost startWithKey(Path data, String key, String... arguments) throws IOException {
        return new TestHost(data, Host.start(settings(data, arguments)), key);
    }

    /** The same host, asked with another key. */
    public TestHost withKey(String other) {
        return new TestHost(data, host, other, client);
    }

    private static HostSettings settings(Path data, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--port=0",
                "--data=" + data,
                "--swap.settle=20ms",
                "--swap.poll=50ms",
                "--authentication.failures=100000"));
        all.addAll(List.of(arguments));
        return HostSettings.load(new Sources(Map.of(), all, data));
    }

    /** The host itself. */
    public Host host() {
        return host;
    }

    /** The drop folder. */
    public Path folder() {
        return data.resolve("plugins");
    }

    /** The admin key. */
    public String key() {
        return key;
    }

    /** The address of a path. */
    public URI uri(String path) {
        return URI.create(host.url() + path);
    }

    /** A request to a path with the admin key. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("X-API-Key", key);
    }

    /** Gets a path with the admin key. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** Posts text to a path with the admin key. */
    public HttpResponse<String> post(String path, String contentType, String body)
            throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Installs a jar through the admin API. */
    public HttpResponse<String> install(PluginJar jar) throws IOException, InterruptedException {
        return install(jar, "");
    }

    /** Installs a jar through the admin API, with a query such as {@code ?allowDowngrade=true}. */
    public HttpResponse<String> install(PluginJar jar, String query) throws IOException, InterruptedException {
        return send(request("/admin/plugins" + query)
                .header("Content-Type", "application/java-archive")
                .POST(HttpRequest.BodyPublishers.ofByteArray(jar.bytes())));
    }

    /** Changes a plugin through the admin API: {@code reload}, {@code rollback}, {@code enable}, {@code disable}. */
    public HttpResponse<String> change(String id, String what) throws IOException, InterruptedException {
        return send(request("/admin/plugins/" + id + "/" + what).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Removes a plugin through the admin API. */
    public HttpResponse<String> remove(String id) throws IOException, InterruptedException {
        return send(request("/admin/plugins/" + id).DELETE());
    }

    /** Sends a request and reads the whole answer. */
    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        host.close();
    }
}
