package dev.busbar.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.awaitility.core.ThrowingRunnable;

/** A host with another plugin, driven through its drop folder and its admin API. Used by one thread. */
final class Scene implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final TestHost host;
    private final Neighbour neighbour;

    Scene(TestHost host) {
        this.host = host;
        String version = unique(); // the inbox may remember the previous one, which would be no change
        takes("neighbour.jar", "neighbour", version);
        this.neighbour = new Neighbour(host.uri("/api/neighbour"), version);
    }

    TestHost host() {
        return host;
    }

    /** Drops a complete jar. */
    void drop(String fileName, byte[] jar) {
        try {
            Path temporary = Files.write(host.folder().resolve("." + fileName + ".tmp"), jar);
            Files.move(
                    temporary,
                    host.folder().resolve(fileName),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Drops a valid version of an id and waits until it serves and its receipt says so. */
    void takes(String fileName, String id, String version) {
        byte[] jar = GoodPlugin.jar(id, version);
        drop(fileName, jar);
        JsonNode receipt = receipt(fileName, jar, "ACTIVE");
        assertThat(receipt.path("reason").isNull()).as(receipt.toString()).isTrue();
        eventually(() -> assertThat(body(id)).isEqualTo(version));
    }

    /** Waits for the receipt of these bytes, in this state. */
    JsonNode receipt(String fileName, byte[] jar, String state) {
        eventually(() -> {
            JsonNode receipt = receipt(fileName);
            assertThat(receipt.path("sha256").asText()).as(receipt.toString()).isEqualTo(digest(jar));
            assertThat(receipt.path("state").asText()).as(receipt.toString()).isEqualTo(state);
        });
        return receipt(fileName);
    }

    JsonNode receipt(String fileName) {
        Path file = host.folder().resolve(fileName + ".status.json");
        assertThat(file).exists();
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The response of the root of a platform. */
    String body(String id) throws Exception {
        return host.get("/api/" + id).body();
    }

    /** A plugin as the admin API shows it. */
    JsonNode plugin(String id) throws Exception {
        return JSON.readTree(host.get("/admin/plugins/" + id).body());
    }

    /** The newest generation of a version, as the admin API shows it. */
    JsonNode generation(String id, String version) throws Exception {
        JsonNode all =
                JSON.readTree(host.get("/admin/plugins/" + id + "/generations").body());
        for (JsonNode generation : all) {
            if (generation.path("version").asText().equals(version)) {
                return generation;
            }
        }
        throw new AssertionError("no generation " + version + " in " + all);
    }

    /** Uploads a jar that the admin API rejects; returns the reason. */
    String refusal(byte[] jar, int status) throws Exception {
        HttpResponse<String> refused = host.send(host.request("/admin/plugins")
                .header("Content-Type", "application/java-archive")
                .POST(HttpRequest.BodyPublishers.ofByteArray(jar)));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return JSON.readTree(refused.body()).path("detail").asText();
    }

    /** Waits until earlier changes of the folder are processed. */
    void passes() {
        takes("marker.jar", "marker", unique());
    }

    private static String unique() {
        return "1.0." + System.nanoTime();
    }

    void neighbourIsWell() {
        neighbour.isWell();
    }

    static void eventually(ThrowingRunnable check) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .atMost(LIMIT)
                .untilAsserted(check);
    }

    private static String digest(byte[] jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        neighbour.close();
    }
}
