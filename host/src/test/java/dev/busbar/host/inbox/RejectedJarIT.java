package dev.busbar.host.inbox;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is told of a jar that is not what its author meant: in its receipt, and through the API. */
final class RejectedJarIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.retryFirst=400ms");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Path folder;

    @BeforeEach
    void begin() {
        HOSTS.host();
        folder = HOSTS.folder();
    }

    private static JsonNode receipt(Path jar) throws IOException {
        return JSON.readTree(
                jar.resolveSibling(jar.getFileName() + ".status.json").toFile());
    }

    private static JsonNode asked(String path) throws Exception {
        return JSON.readTree(HOSTS.host().get(path).body());
    }

    @Test
    void a_jar_that_is_rejected_has_its_id_in_its_receipt_and_is_listed() throws Exception {
        Path jar = PluginJar.named("billing").version("1.0").write(folder.resolve("billing.jar"));
        ReceiptFile.await(jar, "REJECTED", "Plugin-Version");

        assertThat(receipt(jar).path("plugin").asText()).isEqualTo("billing");
        assertThat(receipt(jar).path("version").asText()).isEqualTo("1.0");
        JsonNode listed = asked("/admin/plugins").path(0);
        assertThat(listed).isEqualTo(asked("/admin/plugins/billing"));
        assertThat(listed.path("state").asText()).isEqualTo("REJECTED");
        assertThat(listed.path("reason").asText()).contains("Plugin-Version");
        assertThat(listed.path("source").path("fileName").asText()).isEqualTo("billing.jar");

        Files.delete(jar);
        ReceiptFile.awaitGone(jar);

        assertThat(asked("/admin/plugins")).isEmpty();
        assertThat(HOSTS.host().get("/admin/plugins/billing").statusCode()).isEqualTo(404);
    }

    @Test
    void a_jar_that_is_rejected_beside_what_serves_is_listed_after_it() throws Exception {
        Path older = answering("billing", "1.0.0").write(folder.resolve("a.jar"));
        ReceiptFile.await(older, "ACTIVE", "");
        Path odd = PluginJar.named("billing").version("2.0").write(folder.resolve("b.jar"));
        ReceiptFile.await(odd, "REJECTED", "Plugin-Version");

        assertThat(asked("/admin/plugins").findValuesAsText("state")).containsExactly("ACTIVE", "REJECTED");
        assertThat(asked("/admin/plugins/billing").path("state").asText()).isEqualTo("ACTIVE");
        assertThat(asked("/plugins").findValuesAsText("state")).doesNotContain("REJECTED");
    }

    @Test
    void a_zip_of_another_host_has_a_receipt() throws Exception {
        Path zip = Files.write(
                folder.resolve("welcome-1.0.zip"), answering("billing", "1.0.0").bytes());

        ReceiptFile.await(zip, "REJECTED", "it is a zip file (expected: a jar");
        Files.delete(zip);
        ReceiptFile.awaitGone(zip);
    }

    @Test
    void a_receipt_tells_the_time_of_the_work_and_not_of_the_pauses_between_retries() throws Exception {
        Path jar = answering("billing", "1.0.0")
                .members("public void start(PlatformContext context) throws IOException {"
                        + " throw new IOException(\"no database\"); }")
                .write(folder.resolve("billing.jar"));

        ReceiptFile.await(jar, "FAILED", "is retried in 1600 ms"); // the pauses before were 400 and 800 ms

        assertThat(receipt(jar).path("tookMillis").asLong()).isLessThan(1_000);
    }

    @Test
    void other_bytes_of_the_same_version_are_noted_in_the_receipt() throws Exception {
        Path first = answering("billing", "1.0.0", "one").write(folder.resolve("billing.jar"));
        ReceiptFile.await(first, "ACTIVE", "");
        String before = receipt(first).path("sha256").asText();

        Path second = answering("billing", "1.0.0", "other").write(folder.resolve("billing.jar"));

        ReceiptFile.awaitOther(second, before);
        assertThat(receipt(second).path("notes").toString()).contains("version 1.0.0 ran with other bytes before");
    }

    @Test
    void a_plugin_that_replaces_that_of_another_provider_is_noted_in_the_receipt() throws Exception {
        Path first = answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        ReceiptFile.await(first, "ACTIVE", "");

        Path second = answering("billing", "9.0.0")
                .attribute("Plugin-Provider", "Other")
                .write(folder.resolve("new.jar"));

        ReceiptFile.await(second, "ACTIVE", "");
        assertThat(receipt(second).path("notes").toString())
                .contains("it replaces version 1.0.0 of another provider, \\\"test\\\"");
    }
}
