package dev.busbar.host.issuers;

import com.sun.net.httpserver.HttpServer;
import dev.busbar.host.jwt.Forge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A server of the test with the key sets of several issuers, good and bad ones, that counts who asks. Thread-safe. */
final class OutsideIssuer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ConcurrentMap<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicReference<String> keys = new AtomicReference<>(keySet("c1", Forge.OTHER_RSA));

    OutsideIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.computeIfAbsent(path, any -> new AtomicInteger()).incrementAndGet();
            try (exchange) {
                if (path.equals("/slow")) {
                    boolean unused = over.await(60, TimeUnit.SECONDS);
                }
                if (path.equals("/redirect")) {
                    exchange.getResponseHeaders().add("Location", "/target");
                }
                String padding = path.equals("/huge") ? " ".repeat(300_000) : "";
                byte[] body = (keys.get() + padding).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(path.equals("/redirect") ? 302 : 200, body.length);
                exchange.getResponseBody().write(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    /** Where the set is under a path. */
    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    int asked(String path) {
        return asked.getOrDefault(path, new AtomicInteger()).get();
    }

    /** Replaces its keys by one. */
    void rotate(String id, KeyPair pair) {
        keys.set(keySet(id, pair));
    }

    /** A set of one public key. */
    static String keySet(String id, KeyPair pair) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        byte[] modulus = key.getModulus().toByteArray(); // a zero in front changes no number
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\""
                + Forge.encode(modulus) + "\",\"e\":\""
                + Forge.encode(key.getPublicExponent().toByteArray()) + "\"}]}";
    }

    /** The arguments that trust an issuer by a name, at {@code https://<name>.test}. */
    static List<String> trust(String name, String jwks) {
        String section = "--issuers." + name + ".";
        return List.of(
                section + "issuer=https://" + name + ".test",
                section + "audience=https://busbar.test",
                section + "jwks=" + jwks,
                section + "rolesPath=realm,roles",
                section + "roles=reader=analyst,boss=admin");
    }

    /** A good token of an issuer. */
    static Forge token(String name, String id) {
        long now = Instant.now().getEpochSecond();
        return Forge.good(now)
                .by(Forge.OTHER_RSA.getPrivate(), "SHA256withRSA")
                .header("kid", "\"c1\"")
                .claim("iss", "\"https://" + name + ".test\"")
                .claim("jti", "\"" + id + "\"")
                .claim("sub", "\"alice\"")
                .claim("scope", "\"openid profile\"")
                .claim("roles", "[\"admin\"]")
                .claim("realm", "{\"roles\":[\"reader\",\"admin\",\"unknown\"]}");
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
        executor.shutdownNow();
    }
}
