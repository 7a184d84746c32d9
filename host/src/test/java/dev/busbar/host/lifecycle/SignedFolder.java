package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.TestSigner;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A host with a trusted signer, and its drop folder. Used by one thread. */
final class SignedFolder {
    private final HostExtension hosts;
    private final TestSigner acme;

    SignedFolder(HostExtension hosts, TestSigner acme) {
        this.hosts = hosts;
        this.acme = acme;
    }

    void policy(String value) throws Exception {
        Path conf = Files.createDirectories(hosts.data().resolve("conf"));
        Files.writeString(conf.resolve("busbar.yaml"), "trust:\n  signatures: " + value + "\n");
    }

    Path trusted(TestSigner signer, String name, String... lines) {
        return signer.trustedIn(hosts.data().resolve("trust"), name, lines);
    }

    void require() throws Exception {
        policy("require");
        trusted(acme, "acme", "plugins: *");
    }

    Path drop(PluginJar jar) {
        return jar.write(hosts.folder().resolve("billing.jar"));
    }

    void sign(String signature) throws Exception {
        Files.writeString(hosts.folder().resolve("billing.jar.sig"), signature);
    }

    Path jar() {
        return hosts.folder().resolve("billing.jar");
    }

    void serves(String version) {
        TestHost host = hosts.host();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(host.get("/api/billing").body()).isEqualTo(version));
    }

    /** Something that comes after it in the folder is served by now. */
    void passes() throws Exception {
        PluginJar marker = answering("marker", "1.0." + System.nanoTime());
        Files.writeString(hosts.folder().resolve("marker.jar.sig"), acme.sign(marker.bytes()));
        marker.write(hosts.folder().resolve("marker.jar"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(hosts.plugins().find("marker").map(PluginView::version))
                        .hasValue(marker.manifest().get("Plugin-Version")));
    }

    HttpResponse<String> upload(PluginJar jar, String signature) throws Exception {
        return hosts.host()
                .send(hosts.host()
                        .request("/admin/plugins")
                        .header("Content-Type", "application/java-archive")
                        .header("Busbar-Signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(jar.bytes())));
    }
}
