package dev.busbar.plugin.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PlatformHarnessTest {
    /** What a bill is made of. */
    record Bill(String owner, int amount) {
        Bill {
            if (amount < 0) {
                throw new IllegalArgumentException("a bill is not negative");
            }
        }
    }

    private static Platform serving(Route... routes) {
        return new Platform() {
            @Override
            public List<Route> routes() {
                return List.of(routes);
            }
        };
    }

    private static TestResult call(Route route, java.util.function.Function<PlatformHarness, TestCall> call)
            throws Exception {
        try (PlatformHarness harness = PlatformHarness.start(serving(route))) {
            return call.apply(harness).call();
        }
    }

    @Test
    void a_route_is_called_with_all_that_a_request_has() throws Exception {
        AtomicReference<Request> seen = new AtomicReference<>();
        Route route = Route.get("/bills/{id}", request -> {
                    seen.set(request);
                    return Response.text("bill").header("x-own", "1");
                })
                .access(Access.PUBLIC);

        TestResult result = call(route, harness -> harness.get("/bills/a%20b?page=1")
                .query("q", "ä&b")
                .query("q", "2")
                .header("Prefer", "t")
                .header("X-Remote-User", "root"));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.text()).isEqualTo("bill");
        assertThat(result.header("X-Own")).contains("1");
        assertThat(result.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
        assertThat(result.failure()).isEmpty();
        assertThat(result.problem()).isEmpty();
        Request request = seen.get();
        assertThat(request.pathParameter("id")).isEqualTo("a b");
        assertThat(request.path()).isEqualTo("/bills/a b");
        assertThat(request.queryNames()).containsExactly("page", "q");
        assertThat(request.queryAll("q")).containsExactly("ä&b", "2");
        assertThat(request.query("page")).contains("1");
        assertThat(request.header("prefer")).contains("t");
        assertThat(request.header("X-Remote-User")).as("not declared").isEmpty();
        assertThat(request.headerAll("none")).isEmpty();
        assertThat(request.principal()).isEmpty();
        assertThat(request.correlationId()).isNotEmpty();
        assertThat(request.deadline()).isAfter(Instant.now());
        assertThatThrownBy(() -> request.pathParameter("nope")).hasMessageContaining("[id]");
        assertThatThrownBy(() -> request.body().read()).hasMessageContaining("answered");
    }

    @Test
    void a_json_body_is_bound_and_the_answer_read_back() throws Exception {
        Route route = Route.post(
                        "/bills",
                        Bill.class,
                        (request, bill) -> Response.json(new Bill(bill.owner(), bill.amount() * 2)))
                .access(Access.WRITE);

        TestResult result = call(route, harness -> harness.post("/bills").json(new Bill("ada", 6)));

        assertThat(result.json(Bill.class)).isEqualTo(new Bill("ada", 12));
        assertThat(result.toString()).startsWith("200 ").contains("ada");
    }

    @Test
    void a_body_is_refused_as_the_host_refuses_it() throws Exception {
        Route route = Route.post("/bills", Bill.class, (request, bill) -> Response.noContent())
                .access(Access.WRITE)
                .maxBodyBytes(64);
        String large = "{\"owner\":\"" + "x".repeat(100) + "\",\"amount\":1}";

        assertProblem(call(route, h -> h.post("/bills")), 415, "unsupported-media-type");
        assertProblem(call(route, h -> h.post("/bills").body("text/plain", "x")), 415, "unsupported-media-type");
        assertProblem(call(route, h -> h.post("/bills").body("application/json", large)), 413, "payload-too-large");
        assertProblem(
                call(route, h -> h.post("/bills")
                        .body("application/json", new ByteArrayInputStream(large.getBytes(UTF_8)))),
                413,
                "payload-too-large");
        assertProblem(call(route, h -> h.post("/bills").body("application/json", "{\"owner\"")), 400, "bad-request");
        assertProblem(
                call(route, h -> h.post("/bills").json(Map.of("owner", "ada", "amount", -1))),
                422,
                "validation-failed");
        assertProblem(call(route, h -> h.post("/bills").json(Map.of("other", 1))), 422, "validation-failed");
    }

    @Test
    void a_path_is_found_as_the_host_finds_it() throws Exception {
        Platform platform = serving(
                Route.get("/", request -> Response.text("root")).access(Access.PUBLIC),
                Route.get("/bills/{id}", request -> Response.text("one")).access(Access.PUBLIC),
                Route.get("/bills/latest", request -> Response.text("latest")).access(Access.PUBLIC),
                Route.delete("/bills/{id}", request -> Response.noContent()).access(Access.WRITE),
                Route.get("/{kind}/latest/raw", request -> Response.text(request.pathParameter("kind")))
                        .access(Access.PUBLIC));

        try (PlatformHarness harness = PlatformHarness.start(platform)) {
            assertThat(harness.get("/").call().text()).isEqualTo("root");
            assertThat(harness.get("/bills/7").call().text()).isEqualTo("one");
            assertThat(harness.get("/bills/latest").call().text()).isEqualTo("latest");
            assertThat(harness.get("/bills/latest/raw").call().text()).isEqualTo("bills");
            assertThat(harness.delete("/bills/7").call().status()).isEqualTo(204);
            assertProblem(harness.get("/bills").call(), 404, "not-found");
            assertProblem(harness.get("/bills/").call(), 404, "not-found");
            assertProblem(harness.get("/bills/%2e%2e").call(), 400, "ambiguous-path");
            TestResult refused = harness.put("/bills/7").call();
            assertProblem(refused, 405, "method-not-allowed");
            assertThat(refused.header("Allow")).contains("DELETE, GET, HEAD");
            assertProblem(harness.delete("/bills/latest").call(), 405, "method-not-allowed");
            assertProblem(harness.patch("/bills/latest").call(), 405, "method-not-allowed");
            assertThat(harness.head("/bills/7").call().bytes()).isEmpty();
            assertThat(harness.routes()).hasSize(5);
        }
    }

    @Test
    void routes_that_the_host_would_refuse_are_refused_together() {
        Platform platform = serving(
                Route.get("/open", request -> Response.noContent()),
                Route.get("/a b", request -> Response.noContent()).access(Access.READ),
                Route.get("/x/{a}", request -> Response.noContent()).access(Access.READ),
                Route.get("/x/{b}", request -> Response.noContent()).access(Access.READ));

        assertThatThrownBy(() -> PlatformHarness.start(platform))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GET /open declares no access")
                .hasMessageContaining("segment \"a b\"")
                .hasMessageContaining("GET /x/{b} is declared twice");
    }

    @Test
    void a_caller_is_named_by_the_test_or_is_the_one_of_the_harness() throws Exception {
        Route route = Route.get(
                        "/me",
                        request ->
                                Response.text(request.principal().orElseThrow().id()))
                .access(Access.READ);
        Principal ada = Principal.of("ada", Principal.Kind.HUMAN, Set.of("analyst"));

        assertThat(call(route, harness -> harness.get("/me")).text()).isEqualTo(PlatformHarness.PRINCIPAL);
        assertThat(call(route, harness -> harness.get("/me").as(ada)).text()).isEqualTo("ada");
    }

    @Test
    void what_a_handler_throws_is_an_answer_and_is_told_to_the_test() throws Exception {
        TestResult problem = call(
                Route.get("/", request -> {
                            throw ProblemException.conflict("twice").withHeader("Retry-After", "1");
                        })
                        .access(Access.PUBLIC),
                harness -> harness.get("/"));
        TestResult failed = call(
                Route.get("/", request -> {
                            throw new IOException("secret");
                        })
                        .access(Access.PUBLIC),
                harness -> harness.get("/"));
        TestResult nothing = call(Route.get("/", request -> null).access(Access.PUBLIC), harness -> harness.get("/"));
        TestResult unwritable = call(
                Route.get("/", request -> Response.json(new Object())).access(Access.PUBLIC),
                harness -> harness.get("/"));

        assertProblem(problem, 409, "conflict");
        assertThat(problem.header("retry-after")).contains("1");
        assertThat(problem.failure()).isEmpty();
        assertProblem(failed, 500, "platform-failed");
        assertThat(failed.text()).doesNotContain("secret");
        assertThat(failed.failure()).containsInstanceOf(IOException.class);
        assertProblem(nothing, 500, "platform-failed");
        assertProblem(unwritable, 500, "platform-failed");
    }

    @Test
    void a_streamed_answer_is_read_to_its_end_or_to_where_it_broke_off() throws Exception {
        TestResult whole = call(
                Route.get("/", request -> Response.stream("text/csv", out -> out.write("a,b".getBytes(UTF_8))))
                        .access(Access.PUBLIC),
                harness -> harness.get("/"));
        TestResult broken = call(
                Route.get(
                                "/",
                                request -> Response.stream("text/csv", out -> {
                                    out.write("a".getBytes(UTF_8));
                                    throw new IOException("no more");
                                }))
                        .access(Access.PUBLIC),
                harness -> harness.get("/"));

        assertThat(whole.text()).isEqualTo("a,b");
        assertThat(broken.text()).isEqualTo("a");
        assertThat(broken.failure()).get().extracting(Throwable::getMessage).isEqualTo("no more");
    }

    @Test
    void a_handler_past_its_deadline_is_answered_504_and_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Route slow = Route.get("/", request -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return Response.noContent();
                })
                .access(Access.PUBLIC)
                .deadline(Duration.ofMillis(20));

        assertProblem(call(slow, harness -> harness.get("/")), 504, "platform-timeout");
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void assertProblem(TestResult result, int status, String name) {
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.problem()).contains(name);
        assertThat(result.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(result.json(Map.class).get("type")).isEqualTo("urn:busbar:problem:" + name);
    }
}
