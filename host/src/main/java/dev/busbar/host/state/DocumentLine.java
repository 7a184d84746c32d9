package dev.busbar.host.state;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.StateNames;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A document as a line of an export: collection, id, schema and the terms of its fields, then its value as it is stored,
 * as the last member, so that it is copied and never read and written again. Stateless.
 */
final class DocumentLine {
    /** Longer than any document with its fields. */
    static final int MAX_CHARS = 2 << 20;

    private static final JsonCodec JSON = JsonCodec.withoutTraces(DocumentLine.class.getClassLoader());
    /** Cannot be within the members before it: a quote in a text is escaped, and no name of a member is "value". */
    private static final String VALUE = ",\"value\":";

    private static final Pattern COLLECTION = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,60}");
    private static final int MAX_FIELDS = 20;
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_TERM = 512;

    private record Head(String collection, String id, int schema, List<List<String>> fields) {
        Head {
            requireNonNull(collection, "collection");
            requireNonNull(id, "id");
            requireNonNull(fields, "fields");
        }
    }

    private DocumentLine() {}

    static String write(String collection, String id, int schema, Map<String, String> terms, String body) {
        List<List<String>> fields = new ArrayList<>();
        new TreeMap<>(terms)
                .forEach((name, term) ->
                        fields.add(List.of(name, Base64.getEncoder().encodeToString(DocumentStore.bytes(term)))));
        String head = new String(JSON.encode(new Head(collection, id, schema, fields)), StandardCharsets.UTF_8);
        return head.substring(0, head.length() - 1) + VALUE + body + "}";
    }

    /**
     * The change that stores the document of a line, whatever is stored there.
     *
     * @throws IllegalArgumentException when it is not such a line
     */
    static DocumentChange read(String line) {
        int value = line.indexOf(VALUE);
        if (value < 0 || !line.endsWith("}")) {
            throw new IllegalArgumentException(
                    "no document (expected: {\"collection\",\"id\",\"schema\",\"fields\",\"value\"} in this order, as exported)");
        }
        Head head = parse(line.substring(0, value) + "}", Head.class);
        String body = line.substring(value + VALUE.length(), line.length() - 1);
        Object unused = parse(body, Object.class);
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        require(COLLECTION.matcher(head.collection()).matches(), "collection \"" + head.collection() + "\"");
        StateNames.check("document id", head.id());
        require(head.schema() > 0, "schema " + head.schema());
        require(bytes <= MAX_BYTES, "value of " + bytes + " bytes");
        return new DocumentChange(
                head.collection(),
                head.id(),
                new DocumentChange.Expected(DocumentChange.Expected.Kind.ANY, 0),
                Optional.of(new DocumentChange.Content(head.schema(), body, bytes, terms(head.fields()))),
                new TreeSet<>());
    }

    private static Map<String, String> terms(List<List<String>> fields) {
        require(fields.size() <= MAX_FIELDS, fields.size() + " fields");
        Map<String, String> terms = new HashMap<>();
        for (List<String> field : fields) {
            require(field.size() == 2 && FIELD.matcher(field.get(0)).matches(), "field " + field);
            byte[] term = Base64.getDecoder().decode(field.get(1));
            require(
                    term.length > 0 && term.length <= MAX_TERM,
                    "field " + field.get(0) + " of " + term.length + " bytes");
            require(terms.put(field.get(0), DocumentStore.term(term)) == null, "field " + field.get(0) + " twice");
        }
        return terms;
    }

    private static void require(boolean met, String what) {
        if (!met) {
            throw new IllegalArgumentException(what + " (expected: as exported)");
        }
    }

    private static <T> T parse(String json, Class<T> type) {
        try {
            return JSON.decode(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), type);
        } catch (ProblemException e) {
            throw new IllegalArgumentException(e.detail(), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }
}
