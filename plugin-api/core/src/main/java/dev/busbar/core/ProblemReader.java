package dev.busbar.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the problem documents in responses of other platforms. Stateless. */
final class ProblemReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private static final Set<String> STANDARD =
            Set.of("type", "title", "status", "detail", "instance", "correlationId", "errors");

    private ProblemReader() {}

    /**
     * The problem in a document: its type and detail, and further members that are strings or arrays of strings.
     *
     * @param expected the status of the response that carried it
     * @return empty when it is no problem document, or one of another status
     */
    static Optional<ProblemException> decode(byte[] document, int expected) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<String>> lists = new LinkedHashMap<>();
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
                } else if (value == JsonToken.START_ARRAY) {
                    strings(json).ifPresent(list -> lists.put(member, list));
                } else {
                    json.skipChildren();
                }
            }
            return status == expected ? Optional.of(problem(status, texts, lists)) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // what is no problem document has none to tell
        }
    }

    /** Reads an array to its end; empty when not all of it are strings. */
    private static Optional<List<String>> strings(JsonParser json) throws IOException {
        List<String> strings = new ArrayList<>();
        boolean all = true;
        for (JsonToken value = json.nextToken(); value != JsonToken.END_ARRAY; value = json.nextToken()) {
            if (value == JsonToken.VALUE_STRING) {
                strings.add(json.getText());
            } else {
                all = false;
                json.skipChildren();
            }
        }
        return all ? Optional.of(strings) : Optional.empty();
    }

    /** A type of the catalogue keeps its status and title; a type of the platform's own keeps those that were sent. */
    private static ProblemException typed(int status, Map<String, String> texts) {
        String detail = texts.getOrDefault("detail", "");
        String id = ProblemType.id(texts.getOrDefault("type", "")).orElse("");
        if (id.isEmpty() || ProblemType.of(id).isPresent()) {
            return ProblemType.of(id)
                    .filter(type -> type.status() == status)
                    .orElseGet(() -> ProblemType.ofStatus(status))
                    .problem(detail);
        }
        return ProblemException.of(status, id, texts.getOrDefault("title", id), detail);
    }

    private static ProblemException problem(int status, Map<String, String> texts, Map<String, List<String>> lists) {
        ProblemException problem = typed(status, texts);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!STANDARD.contains(text.getKey())) {
                problem = problem.with(text.getKey(), text.getValue());
            }
        }
        for (Map.Entry<String, List<String>> list : lists.entrySet()) {
            if (!STANDARD.contains(list.getKey()) && !texts.containsKey(list.getKey())) {
                problem = problem.with(list.getKey(), list.getValue());
            }
        }
        return problem;
    }
}
