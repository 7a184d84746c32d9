package dev.busbar.host.tokens;

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
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key sets over TLS: who answers has to prove the name in the URL. */
final class KeyDownloadIT {
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

    private static String fetch(String host, AddressGuard guard, SSLSocketFactory tls) throws IOException {
        URI uri = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/keys?v=1");
        return new String(new KeyDownload(uri, guard, tls).fetch(), StandardCharsets.UTF_8);
    }

    @Test
    void a_server_that_proves_its_name_is_read() throws Exception {
        SSLSocketFactory trusting = certificate.trusted().getSocketFactory();

        assertThat(fetch("localhost", ALL, trusting)).isEqualTo("/keys?v=1");
        assertThat(fetch("127.0.0.1", ALL, trusting)).isEqualTo("/keys?v=1");
    }

    @Test
    void one_with_another_name_or_of_nobody_we_trust_is_not() throws Exception {
        SSLSocketFactory trusting = certificate.trusted().getSocketFactory();

        assertThatThrownBy(() -> fetch("127.0.0.2", ALL, trusting)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> fetch("localhost", ALL, (SSLSocketFactory) SSLSocketFactory.getDefault()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> fetch("localhost", new AddressGuard(false, false), trusting))
                .hasMessageContaining("must not be connected to");
    }
}
