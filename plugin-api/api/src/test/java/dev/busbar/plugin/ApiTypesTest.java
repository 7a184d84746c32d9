package dev.busbar.plugin;

import static dev.busbar.plugin.Route.NoBody.NO_BODY;
import static dev.busbar.plugin.Route.NoContent.NO_CONTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the types of the API refuse, and what they remember. */
final class ApiTypesTest {
    private static final Handler NOTHING = request -> Response.noContent();
    private static final Parameter<Integer> LIMIT = Parameter.query("limit", Codec.INT)
            .required()
            .description("the max number")
            .example("5");
    private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};
    /** Stands for a request that the handler does not look at. */
    private static final Request NO_REQUEST = (Request) Proxy.newProxyInstance(
            ApiTypesTest.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    @Test
    void a_route_remembers_what_was_declared_and_changes_only_its_copy() {
        Route plain = Route.get("/bills", NOTHING);
        Route full = plain.access(Access.READ)
                .summary("All bills")
                .deadline(Duration.ofSeconds(1))
                .maxBodyBytes(10)
                .cost(5)
                .consumes("Text/CSV")
                .returns(String.class);

        assertThat(plain.access()).isEmpty();
        assertThat(plain.deadline()).isEqualTo(Route.DEFAULT_DEADLINE);
        assertThat(plain.maxBodyBytes()).isEqualTo(Route.DEFAULT_MAX_BODY_BYTES);
        assertThat(plain.cost()).isEqualTo(1);
        assertThat(plain.responses()).isEmpty();
        assertThat(full.access()).contains(Access.READ);
        assertThat(full.summary()).isEqualTo("All bills");
        assertThat(full.deadline()).isEqualTo(Duration.ofSeconds(1));
        assertThat(full.maxBodyBytes()).isEqualTo(10);
        assertThat(full.cost()).isEqualTo(5);
        assertThat(full.consumes()).containsExactly("text/csv");
        assertThat(full.responses())
                .containsExactly(RouteResponse.of(200, Optional.of(String.class), List.of("application/json")));
        assertThat(full.handler()).isSameAs(NOTHING);
        assertThat(full).hasToString("GET /bills");
    }

    @Test
    void a_route_remembers_how_it_is_described() {
        Deprecation soon = Deprecation.since(LocalDate.of(2026, 1, 31))
                .sunset(LocalDate.of(2026, 12, 31))
                .link("https://example.org/moved");
        Route plain = Route.post("/bills", NOTHING);
        Route full = plain.description("All of them.")
                .bodyType(String.class)
                .parameter(Parameter.query("limit", Codec.INT).optional())
                .parameter(LIMIT)
                .parameter(Parameter.header("limit", Codec.STRING).optional())
                .returns(201, String.class)
                .returns(204)
                .produces("Text/CSV", "application/json")
                .problem(409, "conflict", "it is there already")
                .example(RouteExample.request("a"))
                .example(RouteExample.response(201, "text/csv", "a,b"))
                .deprecated(soon);

        assertThat(plain.parameters()).isEmpty();
        assertThat(plain.deprecation()).isEmpty();
        assertThat(full.description()).isEqualTo("All of them.");
        assertThat(full.bodyType()).contains(String.class);
        assertThat(full.consumes()).isEmpty();
        assertThat(full.parameters())
                .isEqualTo(
                        List.of(LIMIT, Parameter.header("limit", Codec.STRING).optional()));
        assertThat(full.responses())
                .containsExactly(
                        RouteResponse.of(201, Optional.of(String.class), List.of("text/csv", "application/json")),
                        RouteResponse.of(204, Optional.empty(), List.of()));
        assertThat(full.problems()).containsExactly(RouteProblem.of(409, "conflict", "it is there already"));
        assertThat(full.examples())
                .containsExactly(RouteExample.request("a"), RouteExample.response(201, "text/csv", "a,b"));
        assertThat(full.deprecation()).contains(soon);
        assertThat(plain.produces("image/png").responses())
                .containsExactly(RouteResponse.of(200, Optional.empty(), List.of("image/png")));
    }

    @Test
    void each_method_has_its_route() {
        assertThat(Stream.of(
                                Route.get("/", NOTHING),
                                Route.post("/", NOTHING),
                                Route.put("/", NOTHING),
                                Route.patch("/", NOTHING),
                                Route.delete("/", NOTHING))
                        .map(Route::method))
                .containsExactly(HttpMethod.values());
        assertThat(Stream.of(
                        Route.post("/", String.class, (request, body) -> Response.noContent()),
                        Route.put("/", String.class, (request, body) -> Response.noContent()),
                        Route.patch("/", String.class, (request, body) -> Response.noContent())))
                .allSatisfy(route -> {
                    assertThat(route.bodyType()).contains(String.class);
                    assertThat(route.consumes()).containsExactly("application/json");
                });
    }

    @Test
    void a_typed_route_documents_its_types() {
        assertThat(Stream.of(
                        Route.post("/", String.class, Integer.class, (request, body) -> 1),
                        Route.put("/", String.class, Integer.class, (request, body) -> 1),
                        Route.patch("/", String.class, Integer.class, (request, body) -> 1)))
                .allSatisfy(route -> {
                    assertThat(route.bodyType()).contains(String.class);
                    assertThat(route.consumes()).containsExactly("application/json");
                    assertThat(route.responses())
                            .containsExactly(
                                    RouteResponse.of(200, Optional.of(Integer.class), List.of("application/json")));
                });
        assertThat(Stream.of(
                        Route.get("/", STRINGS, request -> List.of()),
                        Route.delete("/", STRINGS, request -> List.of()),
                        Route.post("/", STRINGS, STRINGS, (request, body) -> body),
                        Route.put("/", String.class, STRINGS, (request, body) -> List.of(body)),
                        Route.post("/", NO_BODY, STRINGS, request -> List.of())))
                .allSatisfy(route -> assertThat(route.responses())
                        .containsExactly(
                                RouteResponse.of(200, Optional.of(STRINGS.type()), List.of("application/json"))));
    }

    @Test
    void a_route_that_returns_nothing_documents_204() throws Exception {
        List<Object> seen = new ArrayList<>();
        Route delete = Route.delete("/", NO_CONTENT, request -> seen.add("deleted"));

        assertThat(Stream.of(
                        delete,
                        Route.post("/", NO_CONTENT, request -> {}),
                        Route.put("/", String.class, NO_CONTENT, (request, body) -> {}),
                        Route.patch("/", STRINGS, NO_CONTENT, (request, body) -> {})))
                .allSatisfy(route -> assertThat(route.responses())
                        .containsExactly(RouteResponse.of(204, Optional.empty(), List.of())));
        assertThat(Route.patch("/", NO_BODY, String.class, request -> "a").bodyType())
                .isEmpty();
        assertThat(delete.handler().handle(NO_REQUEST).status()).isEqualTo(204);
        assertThat(seen).containsExactly("deleted");
    }

    @Test
    @SuppressWarnings("NullAway") // what a plugin without null checks does
    void a_typed_handler_that_returns_null_is_named() {
        Route route = Route.get("/bills", String.class, request -> null);

        assertThatThrownBy(() -> route.handler().handle(NO_REQUEST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the handler of GET /bills returned null");
    }

    private static Arguments invalid(String what, String named, Supplier<Object> act) {
        return argumentSet(what, named, act);
    }

    static Stream<Arguments> invalidValues() {
        Route route = Route.get("/", NOTHING);
        ProblemException problem = ProblemException.notFound("x");
        return Stream.of(
                invalid("a path without a slash", "\"bills\"", () -> Route.get("bills", NOTHING)),
                invalid("a deadline of zero", "PT0S", () -> route.deadline(Duration.ZERO)),
                invalid("a negative deadline", "PT-1S", () -> route.deadline(Duration.ofSeconds(-1))),
                invalid("a deadline above an hour", "PT2H", () -> route.deadline(Duration.ofHours(2))),
                invalid("a negative body limit", "-1", () -> route.maxBodyBytes(-1)),
                invalid("a cost of zero", "cost: 0", () -> route.cost(0)),
                invalid("a negative cost", "cost: -1", () -> route.cost(-1)),
                invalid("a cost above a million", "1000001", () -> route.cost(1_000_001)),
                invalid("a consumed media type without a subtype", "\"csv\"", () -> route.consumes("csv")),
                invalid(
                        "a consumed media type with a parameter",
                        "\"text/csv; charset=utf-8\"",
                        () -> route.consumes("text/csv; charset=utf-8")),
                invalid("a produced media type without a subtype", "\"csv\"", () -> route.produces("csv")),
                invalid("an informational status of a response", "100", () -> route.returns(100, String.class)),
                invalid("a response status above 599", "600", () -> route.returns(600)),
                invalid("a problem with a status of success", "200", () -> route.problem(200, "fine", "never")),
                invalid(
                        "a problem name with spaces",
                        "\"Not A Name\"",
                        () -> route.problem(409, "Not A Name", "never")),
                invalid(
                        "a request example without a media type",
                        "\"csv\"",
                        () -> route.example(RouteExample.request("csv", "a,b"))),
                invalid("a response example with status 99", "99", () -> route.example(RouteExample.response(99, "x"))),
                invalid("a query parameter without a name", "\"\"", () -> Parameter.query("", Codec.STRING)),
                invalid("a query parameter with a space", "\"a b\"", () -> Parameter.query("a b", Codec.STRING)),
                invalid("a query parameter with an ampersand", "\"a&b\"", () -> Parameter.query("a&b", Codec.STRING)),
                invalid("a path parameter with a hyphen", "\"a-b\"", () -> Parameter.path("a-b", Codec.STRING)),
                invalid("a header parameter with a space", "\"a b\"", () -> Parameter.header("a b", Codec.STRING)),
                invalid(
                        "the authorization header as a parameter",
                        "authorization",
                        () -> Parameter.header("authorization", Codec.STRING)),
                invalid(
                        "the header of API keys as a parameter",
                        "X-API-Key",
                        () -> Parameter.header("X-API-Key", Codec.STRING)),
                invalid(
                        "a response as the type of a value",
                        "dev.busbar.plugin.Response",
                        () -> Route.get("/", Response.class, request -> Response.noContent())),
                invalid(
                        "a value of type Void",
                        "java.lang.Void",
                        () -> Route.delete("/", Void.class, request -> {
                            throw new IllegalStateException();
                        })),
                invalid("a sunset before the deprecation", "2026-01-31", () -> Deprecation.since(
                                LocalDate.of(2026, 2, 1))
                        .sunset(LocalDate.of(2026, 1, 31))),
                invalid("a deprecation link without a scheme", "\"/relative\"", () -> Deprecation.since(
                                LocalDate.of(2026, 2, 1))
                        .link("/relative")),
                invalid("an action without a name", "\"\"", () -> Access.action("")),
                invalid("an action with a capital", "\"Apply\"", () -> Access.action("Apply")),
                invalid("an action with a colon", "\"a:b\"", () -> Access.action("a:b")),
                invalid(
                        "a health check with a blank name",
                        "health check name",
                        () -> HealthCheck.of(" ", HealthCheck.Health::pass)),
                invalid("an informational response", "100", () -> Response.noContent()
                        .status(100)),
                invalid("a response with status 600", "600", () -> Response.noContent()
                        .status(600)),
                invalid("a header name with a space", "\"a b\"", () -> Response.noContent()
                        .header("a b", "x")),
                invalid("a header value with a line break", "header x", () -> Response.noContent()
                        .header("x", "a\r\nset-cookie: b")),
                invalid("a header value beyond Latin-1", "header x", () -> Response.noContent()
                        .header("x", "\u20ac")),
                invalid(
                        "a media type of bytes with a line break",
                        "content-type",
                        () -> Response.bytes("text/plain\r\nx: y", new byte[0])),
                invalid(
                        "a media type of a stream with a line break",
                        "content-type",
                        () -> Response.stream("text/plain\n", out -> {})),
                invalid(
                        "a problem exception with a status of success",
                        "200",
                        () -> ProblemException.of(200, "fine", "Fine", "")),
                invalid("a problem exception with status 600", "600", () -> ProblemException.of(600, "odd", "Odd", "")),
                invalid(
                        "a problem exception with a name with spaces",
                        "\"Not A Name\"",
                        () -> ProblemException.of(400, "Not A Name", "x", "")),
                invalid("a standard member as a list", "\"errors\"", () -> problem.with("errors", List.of("x"))),
                invalid("a text member as a list too", "\"a\"", () -> problem.with("a", "x")
                        .with("a", List.of("x"))),
                invalid("a list member as text too", "\"a\"", () -> problem.with("a", List.of("x"))
                        .with("a", "x")),
                invalid(
                        "a problem header value with a line break",
                        "header x",
                        () -> problem.withHeader("x", "a\r\nb")),
                invalid("a problem header name with a space", "\"a b\"", () -> problem.withHeader("a b", "x")));
    }

    @ParameterizedTest
    @MethodSource("invalidValues")
    void an_invalid_value_is_rejected_by_name(String named, Supplier<Object> act) {
        assertThatThrownBy(act::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "title", "status", "detail", "instance", "correlationId", "errors"})
    void a_problem_has_each_standard_member_once(String member) {
        assertThatThrownBy(() -> ProblemException.notFound("x").with(member, "y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member);
    }

    @Test
    void a_problem_keeps_all_it_was_given() {
        ProblemException problem = ProblemException.invalid("/a", "wrong")
                .with("platform", "billing")
                .with("violated", List.of("a", "b"))
                .withHeader("Retry-After", "1");

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.name()).isEqualTo("validation-failed");
        assertThat(problem.title()).isEqualTo("Validation failed");
        assertThat(problem.detail()).isEqualTo("wrong");
        assertThat(problem.violations()).containsExactly(ProblemException.Violation.of("/a", "wrong"));
        assertThat(problem.members()).containsExactly(Map.entry("platform", "billing"));
        assertThat(problem.lists()).containsExactly(Map.entry("violated", List.of("a", "b")));
        assertThat(problem.headers()).containsEntry("Retry-After", "1");
        assertThat(problem.getStackTrace()).isEmpty();
        assertThat(ProblemException.badRequest("x").status()).isEqualTo(400);
    }

    @Test
    void an_answer_keeps_all_it_was_given() {
        Response created = Response.created(URI.create("/bills/7"), List.of(1)).header("X-Own", "1");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers()).containsEntry("location", "/bills/7").containsEntry("x-own", "1");
        assertThat(created.body()).isEqualTo(new Response.Body.Json(List.of(1)));
        assertThat(Response.text("é").headers()).containsEntry("content-type", "text/plain; charset=utf-8");
        assertThat(Response.noContent().status(304).status()).isEqualTo(304);
    }

    @Test
    void a_header_may_have_several_values() {
        Response response = Response.noContent()
                .addHeader("Set-Cookie", "a=1")
                .addHeader("set-cookie", "b=2")
                .header("Link", "</1>")
                .header("link", "</2>");

        assertThat(response.headerValues())
                .containsEntry("set-cookie", List.of("a=1", "b=2"))
                .containsEntry("link", List.of("</2>"));
        assertThat(response.headers()).containsEntry("set-cookie", "a=1");
        assertThatThrownBy(() -> response.addHeader("link", "a\nb")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void small_values_hold_what_they_say() throws Exception {
        assertThat(Access.PUBLIC.permission("turbo")).isEmpty();
        assertThat(Access.READ.permission("turbo")).contains("turbo:read");
        assertThat(Access.READ).isEqualTo(Access.action("read"));
        assertThat(Access.WRITE).isEqualTo(Access.action("write"));
        assertThat(HealthCheck.Health.warn("slow").status()).isEqualTo(HealthCheck.Health.Status.WARN);
        assertThat(HealthCheck.Health.fail("gone").detail()).isEqualTo("gone");
        assertThat(Principal.of("ada", Principal.Kind.HUMAN, Set.of("admin")).roles())
                .containsExactly("admin");
        Platform empty = new Platform() {};
        assertThat(empty.routes()).isEmpty();
        assertThat(empty.healthChecks()).isEmpty();
        empty.close();
    }
}
