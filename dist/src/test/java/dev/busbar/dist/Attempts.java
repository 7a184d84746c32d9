package dev.busbar.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests for an operation, made of its description alone: good ones, ones that lack something, hostile ones. Stateless. */
final class Attempts {
    private static final List<String> HOSTILE_BODIES = List.of(
            "",
            "{",
            "null",
            "[]",
            "{}",
            "7",
            "\"text\"",
            "{\"unknown\":1}",
            "{\"name\":1,\"name\":2}",
            "{\"rows\":[{\"a\":{}}],\"permissions\":[null],\"roles\":7,\"name\":{},\"id\":[],\"confidence\":\"x\"}",
            "[".repeat(3_000),
            "\u0000\u0001",
            "a,b\n\"c",
            "grant_type=%zz&grant_type=x");

    private static final List<String> HOSTILE_VALUES = List.of(
            "",
            "\u0000",
            "'; DROP TABLE keys; --",
            "<script>",
            "-1",
            "99999999999999999999",
            "\uffff",
            "x".repeat(2_000));

    private static final List<String> HOSTILE_SEGMENTS =
            List.of("%00", "%2e%2e", "a%2Fb", "%C3%28", "%zz", ";a=b", "'%22%3Cscript%3E", "x".repeat(1_000), "-");

    private Attempts() {}

    /**
     * One request.
     *
     * @param what what is special about it
     */
    record Attempt(String what, HttpRequest.Builder request) {}

    /** Those that send all that is described, as the examples have it. */
    static List<Attempt> good(URI host, ApiDocument.Operation operation) {
        List<Attempt> all = new ArrayList<>();
        Map<String, List<String>> bodies = bodies(operation);
        if (bodies.isEmpty()) {
            all.add(attempt("as described", host, operation, query(operation), "", ""));
        }
        bodies.forEach((mediaType, texts) -> texts.forEach(text -> {
            boolean inBody = mediaType.equals("application/json");
            String query = inBody ? "" : query(operation);
            all.add(attempt("as described, " + mediaType, host, operation, query, mediaType, text));
        }));
        return all;
    }

    /** Those that lack something or mean no good. */
    static List<Attempt> bad(URI host, ApiDocument.Operation operation) {
        List<Attempt> all = new ArrayList<>();
        String query = query(operation);
        for (String mediaType : bodies(operation).keySet()) {
            for (String body : HOSTILE_BODIES) {
                all.add(attempt("body " + shown(body) + " as " + mediaType, host, operation, query, mediaType, body));
            }
        }
        if (operation.node().has("requestBody")) {
            all.add(attempt("no media type", host, operation, query, "", "{}"));
            all.add(attempt("odd media type", host, operation, query, "text/x-odd; charset=utf-7", "{}"));
        }
        all.add(attempt("broken query", host, operation, "?a=%zz", mediaType(operation), "{}"));
        all.add(attempt("unknown parameter", host, operation, "?unknown=1&unknown=2", mediaType(operation), "{}"));
        for (JsonNode parameter : operation.node().path("parameters")) {
            String name = parameter.get("name").asText();
            if (parameter.get("in").asText().equals("query")) {
                for (String value : HOSTILE_VALUES) {
                    String asked = "?" + name + "=" + encoded(value);
                    all.add(attempt(name + " " + shown(value), host, operation, asked, mediaType(operation), "{}"));
                }
            } else if (parameter.get("in").asText().equals("path")) {
                for (String segment : HOSTILE_SEGMENTS) {
                    String path = operation.path().replace("{" + name + "}", segment);
                    all.add(new Attempt(
                            name + " " + shown(segment),
                            request(host, operation, filled(operation, path), mediaType(operation), "{}")));
                }
            }
        }
        return all;
    }

    private static String mediaType(ApiDocument.Operation operation) {
        return bodies(operation).keySet().stream().findFirst().orElse("");
    }

    private static Attempt attempt(
            String what, URI host, ApiDocument.Operation operation, String query, String mediaType, String body) {
        String path = filled(operation, operation.path());
        return new Attempt(what, request(host, operation, path + query, mediaType, body));
    }

    private static HttpRequest.Builder request(
            URI host, ApiDocument.Operation operation, String target, String mediaType, String body) {
        // The client of the JDK takes no broken percent-encoding, but sends what is between slashes as it is.
        URI uri = URI.create(host + target.replace("%zz", "%25zz"));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        boolean hasBody = operation.node().has("requestBody");
        request.method(operation.method(), hasBody ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
        if (hasBody && !mediaType.isEmpty()) {
            request.header("Content-Type", mediaType);
        }
        return request;
    }

    private static Map<String, List<String>> bodies(ApiDocument.Operation operation) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        operation.node().path("requestBody").path("content").properties().forEach(media -> {
            List<String> texts = new ArrayList<>();
            media.getValue().path("examples").forEach(example -> {
                JsonNode value = example.get("value");
                texts.add(value.isTextual() ? value.asText() : value.toString());
            });
            String mediaType = media.getKey().equals("*/*") ? "application/json" : media.getKey();
            all.put(mediaType, texts.isEmpty() ? List.of("{}") : texts);
        });
        return all;
    }

    private static String filled(ApiDocument.Operation operation, String template) {
        String path = template;
        for (JsonNode parameter : operation.node().path("parameters")) {
            String example = parameter.path("example").asText("no-such");
            path = path.replace("{" + parameter.get("name").asText() + "}", encoded(example));
        }
        return path;
    }

    private static String query(ApiDocument.Operation operation) {
        StringBuilder query = new StringBuilder();
        for (JsonNode parameter : operation.node().path("parameters")) {
            if (parameter.get("in").asText().equals("query") && parameter.has("example")) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(parameter.get("name").asText())
                        .append('=')
                        .append(encoded(parameter.get("example").asText()));
            }
        }
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
