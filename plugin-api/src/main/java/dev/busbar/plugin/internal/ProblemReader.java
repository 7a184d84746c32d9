package dev.busbar.plugin.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads problem documents that another platform has answered. Stateless. */
final class ProblemReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private static final Set<String> STANDARD =
            Set.of("type", "title", "status", "detail", "instance", "correlationId", "errors");

    private ProblemReader() {}

    /**
     * Reads a document: its status, name, title and detail, and further members that are strings.
     *
     * @return empty when it is none
     */
    static Optional<ProblemException> decode(byte[] document) {
        Map<String, String> texts = new LinkedHashMap<>();
        int status = 0;
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    texts.put(member, json.getText());
                } else if (value == JsonToken.VALUE_NUMBER_INT && member.equals("status")) {
                    status = json.getIntValue();
                } else {
                    json.skipChildren();
                }
            }
            return Optional.of(problem(status, texts));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // what is no problem document has none to tell
        }
    }

    private static ProblemException problem(int status, Map<String, String> texts) {
        String type = texts.getOrDefault("type", "");
        String name = type.startsWith(Problems.TYPE) ? type.substring(Problems.TYPE.length()) : "platform-failed";
        ProblemException problem = ProblemException.of(
                status, name, texts.getOrDefault("title", "Platform failed"), texts.getOrDefault("detail", ""));
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!STANDARD.contains(text.getKey())) {
                problem = problem.with(text.getKey(), text.getValue());
            }
        }
        return problem;
    }
}
