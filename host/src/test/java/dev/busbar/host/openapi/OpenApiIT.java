package dev.busbar.host.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.HostInsight;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.testing.Compiled;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The OpenAPI document of a host that changes while it serves. After each test nothing may hold a generation that is
 * gone; the documents were made of their types.
 */
final class OpenApiIT {
    private static final String OPEN = "Route.get(\"/\", r -> Response.text(\"a\")).access(Access.PUBLIC)";
    private static final String KEPT =
            "Route.post(\"/bills\", Bill.class, (r, bill) -> Response.json(bill)).access(Access.READ).returns(Bill.class)";

    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static PluginJar billing(String version) {
        return PluginJar.named("billing")
                .version(version)
                .source("Bill", "public record Bill(int number, java.util.Optional<Bill> before) {}");
    }

    /** A class of another name, which does not load under the one it is given. */
    private static byte[] other() {
        Map<String, byte[]> classes =
                Compiled.of(Map.of("testplugin/Other.java", "package testplugin; class Other {}"), List.of());
        return Objects.requireNonNull(classes.get("testplugin/Other.class"));
    }

    private static HttpResponse<String> ask(String path, String key) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(HOSTS.host().uri(path)).GET();
        return HOSTS.host().send(key.isEmpty() ? request : request.header("X-API-Key", key));
    }

    private static JsonNode document(String key) throws Exception {
        HttpResponse<String> answer = ask("/openapi.json", key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        JsonNode document = Validation.read(answer.body());
        assertThat(Validation.faults(document)).as(answer.body()).isEmpty();
        List<String> referred = document.get("paths").findValuesAsText("$ref");
        assertThat(document.at("/components/responses").fieldNames())
                .toIterable()
                .as("each of them is the response of an operation")
                .allSatisfy(name -> assertThat(referred).contains("#/components/responses/" + name));
        return document;
    }

    private static void installed(PluginJar jar) throws Exception {
        HttpResponse<String> answer = HOSTS.host().install(jar, "?allowDowngrade=true");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String analyst() throws Exception {
        HttpResponse<String> made = HOSTS.host()
                .post(
                        "/admin/keys",
                        "application/json",
                        "{\"name\":\"k\",\"owner\":\"ana\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        return Validation.read(made.body()).get("key").asText();
    }

    private static Set<String> described(JsonNode document) {
        Set<String> all = new TreeSet<>();
        document.get("paths").properties().forEach(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> all.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        return all;
    }

    private static Set<String> served(Predicate<String> permits) {
        return HostInsight.table(HOSTS.host().host())
                .all()
                .flatMap(routes -> routes.contracts().stream())
                .filter(route -> route.permission().map(permits::test).orElse(true))
                .map(route -> route.method() + " " + route.id().path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_document_describes_exactly_the_routes_that_the_caller_may_use() throws Exception {
        installed(billing("1.0.0").route(OPEN).route(KEPT));

        Set<String> ofAdmin = described(document(HOSTS.host().key()));
        Set<String> ofAnalyst = described(document(analyst()));
        Set<String> ofAnybody = described(document(""));

        assertThat(ofAdmin).isEqualTo(served(permission -> true)).hasSizeGreaterThan(40);
        assertThat(ofAnalyst)
                .isEqualTo(served(
                        permission -> permission.equals("billing:read") || permission.equals(Endpoint.ANY_PRINCIPAL)));
        assertThat(ofAnybody)
                .isEqualTo(served(permission -> false))
                .contains("GET /api/billing", "GET /openapi.json")
                .doesNotContain("POST /api/billing/bills");
    }

    @Test
    void the_document_follows_a_swap_a_disabling_and_a_removal() throws Exception {
        String key = HOSTS.host().key();
        installed(billing("1.0.0").route(OPEN).route(KEPT));
        assertThat(described(document(key))).contains("POST /api/billing/bills");

        installed(billing("2.0.0").route(OPEN).route(OPEN.replace("\"/\"", "\"/more\"")));
        JsonNode swapped = document(key);
        HOSTS.host().change("billing", "disable");
        JsonNode disabled = document(key);
        HOSTS.host().change("billing", "enable");
        JsonNode enabled = document(key);
        HOSTS.host().remove("billing");
        JsonNode removed = document(key);

        assertThat(described(swapped)).contains("GET /api/billing/more").doesNotContain("POST /api/billing/bills");
        assertThat(swapped.toString()).contains("\"2.0.0\"").doesNotContain("billing.Bill");
        assertThat(described(disabled)).noneMatch(operation -> operation.contains("/api/billing"));
        assertThat(described(enabled)).isEqualTo(described(swapped));
        assertThat(described(removed)).isEqualTo(served(permission -> true)).isEqualTo(described(disabled));
    }

    @Test
    void schemas_do_not_reveal_hidden_routes() throws Exception {
        installed(billing("1.0.0").route(OPEN).route(KEPT));

        assertThat(document(HOSTS.host().key()).at("/components/schemas").fieldNames())
                .toIterable()
                .contains("billing.Bill", "billing.request.Bill");
        assertThat(document("").toString()).doesNotContain("Bill").doesNotContain("billing:read");
    }

    @Test
    void a_platform_has_a_document_for_callers_that_may_use_one_of_its_routes() throws Exception {
        installed(billing("1.0.0").route(KEPT));

        HttpResponse<String> own = ask("/plugins/billing/openapi.json", analyst());
        HttpResponse<String> ofHost = ask("/plugins/host/openapi.json", "");

        assertThat(Validation.faults(Validation.read(own.body()))).isEmpty();
        assertThat(described(Validation.read(own.body()))).containsExactly("POST /api/billing/bills");
        assertThat(described(Validation.read(ofHost.body()))).contains("GET /health/live");
        assertThat(ask("/plugins/billing/openapi.json", "").statusCode()).isEqualTo(404);
        assertThat(ask("/plugins/unknown/openapi.json", HOSTS.host().key()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_document_varies_by_caller_and_a_wrong_credential_gets_none() throws Exception {
        HttpResponse<String> ofAdmin = ask("/openapi.json", HOSTS.host().key());

        assertThat(ofAdmin.headers().firstValue("vary").orElse("")).contains("Authorization", "X-API-Key");
        assertThat(ofAdmin.headers().firstValue("cache-control")).contains("private, no-cache");
        assertThat(ask("/openapi.json", "wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void an_operation_has_everything_that_its_route_declares() throws Exception {
        installed(billing("1.0.0").route("""
                        Route.put("/bills/{number}", r -> Response.noContent())
                                .access(Access.action("settle"))
                                .summary("Settle")
                                .description("A bill.")
                                .consumes("text/csv")
                                .maxBodyBytes(17)
                                .deadline(Duration.ofSeconds(3))
                                .parameter(Parameter.path("number", Codec.INT).description("its number").example("7"))
                                .parameter(Parameter.query("when", Codec.INSTANT).required())
                                .parameter(Parameter.header("X-Note", Codec.STRING).optional().example("a"))
                                .parameter(Parameter.query("limit", Codec.LONG.min(1L).max(500L)).defaultValue(50L))
                                .parameter(Parameter.query("order", Codec.STRING.oneOf("up", "down")).list().example("up"))
                                .example(RouteExample.request("text/csv", "a,b"))
                                .returns(204)
                                .returns(200, Bill[].class)
                                .produces("application/vnd.bills+json")
                                .problem(409, "settled", "it is settled")
                                .problem(422, "odd", "it is odd")
                        """));

        JsonNode operation = document(HOSTS.host().key()).at("/paths/~1api~1billing~1bills~1{number}/put");

        assertThat(operation.at("/operationId").asText()).isEqualTo("billing.put.bills.by-number");
        assertThat(operation.at("/tags/0").asText()).isEqualTo("billing");
        assertThat(operation.at("/summary").asText()).isEqualTo("Settle");
        assertThat(operation.at("/description").asText()).isEqualTo("A bill.");
        assertThat(operation.at("/x-busbar-permission").asText()).isEqualTo("billing:settle");
        assertThat(operation.at("/x-busbar-deadline").asText()).isEqualTo("PT3S");
        assertThat(operation.at("/requestBody/required").asBoolean()).isTrue();
        assertThat(operation.at("/requestBody/x-busbar-max-body-bytes").asInt()).isEqualTo(17);
        assertThat(operation
                        .at("/requestBody/content/text~1csv/examples/example1/value")
                        .asText())
                .isEqualTo("a,b");
        assertThat(operation.at("/parameters").toString())
                .isEqualTo("[{\"name\":\"number\",\"in\":\"path\",\"description\":\"its number\",\"required\":true,"
                        + "\"schema\":{\"type\":\"integer\",\"format\":\"int32\"},\"example\":7},"
                        + "{\"name\":\"when\",\"in\":\"query\",\"required\":true,"
                        + "\"schema\":{\"type\":\"string\",\"format\":\"date-time\"}},"
                        + "{\"name\":\"X-Note\",\"in\":\"header\",\"schema\":{\"type\":\"string\"},\"example\":\"a\"},"
                        + "{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"format\":\"int64\","
                        + "\"minimum\":1,\"maximum\":500,\"default\":50}},"
                        + "{\"name\":\"order\",\"in\":\"query\",\"schema\":{\"type\":\"array\",\"items\":"
                        + "{\"type\":\"string\",\"enum\":[\"up\",\"down\"]}},\"example\":[\"up\"]}]");
        assertThat(operation
                        .at("/responses/200/content/application~1vnd.bills+json/schema/items/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/billing.Bill");
        assertThat(operation.at("/responses/204").has("content")).isFalse();
        assertThat(operation.at("/responses/409/description").asText()).isEqualTo("`settled`: it is settled");
        assertThat(operation.at("/responses/422/description").asText()).contains("`odd`: it is odd");
        assertThat(operation.at("/responses").fieldNames())
                .toIterable()
                .contains("400", "401", "403", "404", "408", "413", "415", "429", "500", "503", "504", "default");
        assertThat(operation.at("/security").toString()).isEqualTo("[{\"Token\":[]},{\"ApiKeyField\":[]}]");
    }

    @Test
    void a_route_with_types_and_parameters_is_described_by_them() throws Exception {
        installed(billing("1.0.0")
                .members("static final TypeRef<List<Bill>> BILLS = new TypeRef<>() {};")
                .route("Route.get(\"/bills\", BILLS, r -> List.of()).access(Access.PUBLIC)"
                        + ".parameter(Parameter.query(\"limit\", Codec.INT).optional())")
                .route(
                        "Route.get(\"/bills/{number}\", Bill.class, r -> null).access(Access.PUBLIC)"
                                + ".parameter(Parameter.path(\"number\", Codec.STRING)).cache(CachePolicy.of(Duration.ofMinutes(1)).shared())")
                .route("Route.delete(\"/bills\", Route.NoContent.NO_CONTENT, r -> {}).access(Access.PUBLIC)"));

        JsonNode bills = document("").at("/paths/~1api~1billing~1bills");
        JsonNode bill = document("").at("/paths/~1api~1billing~1bills~1{number}/get");

        assertThat(bills.at("/get/responses/200/content/application~1json/schema/items/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/billing.Bill");
        assertThat(bills.at("/get/responses").has("422")).isTrue();
        assertThat(bills.at("/delete/responses").has("204")).isTrue();
        assertThat(bill.at("/responses/200/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/billing.Bill");
        assertThat(bill.at("/responses").has("422")).isFalse();
        assertThat(bill.at("/responses/412/$ref").asText()).isEqualTo("#/components/responses/PreconditionFailed");
        assertThat(bills.at("/get/responses").has("412")).isFalse();
        assertThat(bills.at("/delete/responses").has("412")).isFalse();
        assertThat(bill.at("/x-busbar-cache").toString()).isEqualTo("{\"fresh\":\"PT1M\",\"shared\":true}");
    }

    @Test
    void an_operation_that_runs_once_with_a_key_documents_the_header() throws Exception {
        String post = "Route.post(\"/%s\", r -> Response.noContent())%s";
        installed(billing("1.0.0")
                .route(post.formatted("orders", ".access(Access.action(\"order\"))"))
                .route(post.formatted("sums", ".access(Access.action(\"sum\")).pure()"))
                .route(post.formatted("mails", ".access(Access.PUBLIC)")));

        JsonNode paths = document(HOSTS.host().key()).get("paths");

        JsonNode order = paths.at("/~1api~1billing~1orders/post");
        assertThat(order.at("/parameters/0/name").asText()).isEqualTo("Idempotency-Key");
        assertThat(order.at("/parameters/0/required").asBoolean()).isFalse();
        assertThat(order.at("/responses/409/description").asText()).contains("`idempotency-outcome-unknown`");
        assertThat(order.at("/responses/422/description").asText()).contains("`idempotency-key-reused`");
        for (String other : List.of("sums", "mails")) {
            JsonNode operation = paths.at("/~1api~1billing~1" + other + "/post");
            assertThat(operation.has("responses")).as(other).isTrue();
            assertThat(operation.has("parameters")).as(other).isFalse();
        }
    }

    @Test
    void every_media_type_of_a_body_has_a_schema_and_json_is_the_first() throws Exception {
        installed(billing("1.0.0")
                .route("Route.post(\"/sums\", r -> Response.noContent()).access(Access.PUBLIC)"
                        + ".consumes(\"text/csv\", \"application/json\").bodyType(Bill.class)")
                .route("Route.post(\"/jars\", r -> Response.noContent()).access(Access.PUBLIC)"
                        + ".consumes(\"application/java-archive\")")
                .route("Route.post(\"/any\", r -> Response.noContent()).access(Access.PUBLIC)"
                        + ".returns(200, Bill.class).produces(\"text/csv\", \"application/json\")"));

        JsonNode document = document(HOSTS.host().key());
        List<JsonNode> contents = document.get("paths").findValues("content");
        JsonNode sums = document.at("/paths/~1api~1billing~1sums/post/requestBody/content");

        assertThat(contents).hasSizeGreaterThan(100).allSatisfy(content -> assertThat(content)
                .as("%s", content)
                .allSatisfy(media -> assertThat(media.has("schema")).isTrue()));
        assertThat(sums.fieldNames()).toIterable().containsExactly("application/json", "text/csv");
        assertThat(sums.at("/application~1json/schema/$ref").asText())
                .isEqualTo("#/components/schemas/billing.request.Bill");
        assertThat(sums.at("/text~1csv/schema").toString()).isEqualTo("{\"type\":\"string\"}");
        assertThat(document.at("/paths/~1api~1billing~1jars/post/requestBody/content/application~1java-archive/schema")
                        .toString())
                .isEqualTo("{\"type\":\"string\",\"format\":\"binary\"}");
        assertThat(document.at("/paths/~1api~1billing~1any/post/responses/200/content")
                        .fieldNames())
                .toIterable()
                .containsExactly("application/json", "text/csv");
        assertThat(document.at(
                                "/paths/~1auth~1token/post/requestBody/content/application~1x-www-form-urlencoded/schema")
                        .toString())
                .startsWith("{\"type\":\"object\",\"properties\":{\"grant_type\":{\"type\":\"string\"}")
                .endsWith("\"additionalProperties\":{\"type\":\"string\"}}");
        assertThat(document.at(
                        "/paths/~1auth~1token/post/requestBody/content/application~1x-www-form-urlencoded/examples"))
                .as("the examples of a form have the type of its schema")
                .isNotEmpty()
                .allSatisfy(example ->
                        assertThat(example.at("/value/grant_type").isTextual()).isTrue());
        assertThat(document.at("/paths/~1admin~1keys~1{id}/patch/requestBody/content/application~1json/schema")
                        .toString())
                .contains("$ref");
        assertThat(document.at("/components/schemas/host.request.Map/additionalProperties")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_platform_is_described_by_its_manifest_and_a_problem_by_an_example_of_its_own() throws Exception {
        installed(billing("1.0.0").route(OPEN).attribute("Plugin-Description", "Bills of all kinds."));

        JsonNode document = document(HOSTS.host().key());

        assertThat(document.get("tags").toString())
                .contains("{\"name\":\"billing\",\"description\":\"Bills of all kinds.\",");
        assertThat(document.at("/components/securitySchemes").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("Token", "ApiKeyField", "Basic");
        JsonNode examples = document.at("/components/responses");
        assertThat(examples.at("/QuotaExceeded/content/application~1problem+json/example/type")
                        .asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(examples.at("/ValidationFailed/content/application~1problem+json/example/status")
                        .asInt())
                .isEqualTo(422);
        assertThat(examples.at("/ValidationFailed/content/application~1problem+json/example")
                        .has("requiredPermission"))
                .isFalse();
        assertThat(examples.findValues("example")).allSatisfy(example -> assertThat(Validation.faults(
                        document.at("/components/schemas/Problem"), document.at("/components"), example))
                .isEmpty());
    }

    @Test
    void templates_that_differ_only_in_parameter_names_are_one_path() throws Exception {
        installed(billing("1.0.0")
                .route("Route.get(\"/a/{x}\", r -> Response.noContent()).access(Access.PUBLIC)")
                .route("Route.delete(\"/a/{y}\", r -> Response.noContent()).access(Access.PUBLIC)"
                        + ".parameter(Parameter.path(\"y\", Codec.STRING).description(\"why\"))"));

        JsonNode path = document("").at("/paths/~1api~1billing~1a~1{x}");

        assertThat(path.fieldNames()).toIterable().containsExactlyInAnyOrder("get", "delete");
        assertThat(path.at("/delete/parameters/0/name").asText()).isEqualTo("x");
        assertThat(path.at("/delete/parameters/0/description").asText()).isEqualTo("why");
    }

    @Test
    void every_response_of_a_deprecated_route_has_its_headers_problems_included() throws Exception {
        installed(billing("1.0.0").route("""
                        Route.get("/old", r -> Response.text("a").header("Link", "</b>; rel=next")).access(Access.READ)
                                .deprecated(Deprecation.since(java.time.LocalDate.of(2023, 7, 1))
                                        .sunset(java.time.LocalDate.of(2027, 1, 2)).link("https://example.org/new"))
                        """));

        HttpResponse<String> good = ask("/api/billing/old", HOSTS.host().key());
        HttpResponse<String> rejected = ask("/api/billing/old", HOSTS.host().key() + "x");
        JsonNode operation = document(HOSTS.host().key()).at("/paths/~1api~1billing~1old/get");

        assertThat(good.headers().firstValue("deprecation")).contains("@1688169600");
        assertThat(good.headers().firstValue("sunset")).contains("Sat, 02 Jan 2027 00:00:00 GMT");
        assertThat(good.headers().allValues("link"))
                .containsExactly("</b>; rel=next, <https://example.org/new>; rel=\"deprecation\"; type=\"text/html\"");
        assertThat(rejected.statusCode()).isEqualTo(401);
        assertThat(operation.at("/deprecated").asBoolean()).isTrue();
        assertThat(operation.at("/x-busbar-deprecation/sunset").asText()).isEqualTo("2027-01-02");
        String nobody = Validation.read(HOSTS.host()
                        .post(
                                "/admin/keys",
                                "application/json",
                                "{\"name\":\"k\",\"owner\":\"dev\",\"kind\":\"service\",\"roles\":[\"developer\"]}")
                        .body())
                .get("key")
                .asText();
        HttpResponse<String> forbidden = ask("/api/billing/old", nobody);
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.headers().firstValue("deprecation")).contains("@1688169600");
    }

    @Test
    void an_inconsistent_description_is_rejected_with_all_faults() throws Exception {
        HttpResponse<String> answer = HOSTS.host()
                .install(billing("1.0.0")
                        .route(
                                KEPT
                                        + ".example(RouteExample.request(\"application/json\", \"{\\\"number\\\":\\\"x\\\"}\"))")
                        .route(OPEN + ".example(RouteExample.response(200, \"text/csv\", \"a\"))")
                        .route("Route.get(\"/b/{x}\", r -> Response.noContent()).access(Access.PUBLIC)"
                                + ".parameter(Parameter.path(\"y\", Codec.STRING))"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Validation.read(answer.body()).get("detail").asText())
                .contains("POST /bills, example of its request: does not fit the expected type")
                .contains("GET /, example of its response 200: text/csv (expected: one of [])")
                .contains("GET /b/{x} describes the path parameter \"y\" (expected: one of [x])");
    }

    @Test
    void a_platform_with_a_response_type_that_cannot_be_inspected_is_refused() throws Exception {
        PluginJar whole = billing("1.0.0")
                .source("Gone", "public record Gone(int a) {}")
                .source("Torn", "public record Torn(Gone gone) {}");
        PluginJar torn = whole.entry("testplugin/Gone.class", other())
                .route("Route.get(\"/torn\", r -> Response.noContent()).access(Access.PUBLIC).returns(Torn.class)");

        HttpResponse<String> refused = HOSTS.host().install(torn, "?allowDowngrade=true");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("GET /torn", "testplugin.Torn cannot be written as JSON");
        assertThat(described(document(""))).contains("GET /openapi.json").doesNotContain("GET /api/billing/torn");
    }
}
