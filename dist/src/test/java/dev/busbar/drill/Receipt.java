package dev.busbar.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The receipt beside a jar.
 *
 * @param sha256 the digest of the jar it describes
 * @param state the resulting state
 */
record Receipt(String sha256, String state) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the receipt of a jar; empty if there is none.
     *
     * @throws JsonProcessingException if it is incomplete
     */
    static Optional<Receipt> of(Path jar) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(jar.resolveSibling(jar.getFileName() + ".status.json")));
            return Optional.of(
                    new Receipt(json.path("sha256").asText(), json.path("state").asText()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether the state is final. */
    boolean isFinal() {
        return !state.matches("DISCOVERED|STARTING|WAITING");
    }

    /** Whether the receipt only says that another jar has replaced this one. */
    Change.Outcome outcome() {
        return state.equals("ACTIVE") || state.equals("DISABLED") ? Change.Outcome.DONE : Change.Outcome.EITHER;
    }
}
