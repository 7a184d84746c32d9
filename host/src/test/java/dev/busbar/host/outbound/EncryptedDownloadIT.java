package dev.busbar.host.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.busbar.host.testing.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads over TLS: the server has to prove the name in the URL. */
final class EncryptedDownloadIT {
    private static final AddressGuard ALL = new AddressGuard(true, false);

    @TempDir
    static Path folder;

    private static HttpsServer server;
    private static TestCertificate certificate;

    @BeforeAll
    static void startServer() throws Exception {
        certificate = TestCertificate.make(folder, "RSA");
        server = HttpsServer.create(new InetSocketAddress(0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, 0); // chunked
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop(0);
    }

    private static SSLContext context(TestCertificate own) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("host", own.key(), new char[0], new Certificate[] {own.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String fetch(String host, AddressGuard guard, SSLContext tls) throws IOException {
        URI uri = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/keys?v=1");
        OutboundHttp http =
                new OutboundHttp(guard, tls, new OutboundHttp.Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(3)));
        return new String(http.download(uri, "*/*", 100).fetch(), StandardCharsets.UTF_8);
    }

    @Test
    void a_server_that_proves_its_name_is_read() throws Exception {
        SSLContext trusting = certificate.trusted();

        assertThat(fetch("localhost", ALL, trusting)).isEqualTo("/keys?v=1");
        assertThat(fetch("127.0.0.1", ALL, trusting)).isEqualTo("/keys?v=1");
    }

    @Test
    void one_with_another_name_or_of_nobody_we_trust_is_not() throws Exception {
        SSLContext trusting = certificate.trusted();

        assertThatThrownBy(() -> fetch("127.0.0.2", ALL, trusting)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> fetch("localhost", ALL, SSLContext.getDefault()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> fetch("localhost", new AddressGuard(false, false), trusting))
                .hasMessageContaining("must not be connected to");
    }
}
