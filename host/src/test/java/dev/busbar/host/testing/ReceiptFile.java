package dev.busbar.host.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * The receipt of a jar.
 *
 * @param state the state
 * @param reason the reason; empty on success
 * @param sha256 the digest of the jar
 */
public record ReceiptFile(String state, String reason, String sha256) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The current receipt; with state {@code none} if there is none. */
    public static ReceiptFile of(Path jar) {
        Path file = jar.resolveSibling(jar.getFileName() + ".status.json");
        try {
            JsonNode receipt = JSON.readTree(Files.readAllBytes(file));
            return new ReceiptFile(
                    receipt.path("state").asText(),
                    receipt.path("reason").asText(""),
                    receipt.path("sha256").asText(""));
        } catch (IOException e) {
            return new ReceiptFile("none", e.toString(), "");
        }
    }

    /** Waits until the receipt has a state and a text in its reason. */
    public static void await(Path jar, String state, String reason) {
        Awaitility.await(jar.getFileName() + " is " + state)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .untilAsserted(() -> {
                    ReceiptFile receipt = of(jar);
                    assertThat(receipt.state()).as(receipt.reason()).isEqualTo(state);
                    assertThat(receipt.reason()).contains(reason);
                });
    }

    /** Waits until the receipt is of an active jar with another digest. */
    public static void awaitOther(Path jar, String sha256) {
        Awaitility.await(jar.getFileName() + " is another jar")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .until(() ->
                        of(jar).state().equals("ACTIVE") && !of(jar).sha256().equals(sha256));
    }

    /** Waits until a jar that was deleted has no receipt any more. */
    public static void awaitGone(Path jar) {
        Awaitility.await(jar.getFileName() + " is gone")
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(of(jar).state()).isEqualTo("none"));
    }
}
