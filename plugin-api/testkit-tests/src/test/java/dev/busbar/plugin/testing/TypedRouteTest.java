package dev.busbar.plugin.testing;

import static dev.busbar.plugin.Codec.DATE;
import static dev.busbar.plugin.Codec.INT;
import static dev.busbar.plugin.Codec.STRING;
import static dev.busbar.plugin.Route.NoContent.NO_CONTENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.TypeRef;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Routes with typed bodies, responses and parameters, as their clients see them. */
final class TypedRouteTest {
    private static final TypeRef<List<Bill>> BILLS = new TypeRef<>() {};
    private static final Parameter<Integer> ID = Parameter.path("id", INT);
    private static final Parameter<Integer> LIMIT =
            Parameter.query("limit", INT.min(1).max(500)).defaultValue(50);
    private static final Parameter<Optional<LocalDate>> SINCE =
            Parameter.query("since", DATE).optional();
    private static final Parameter<List<String>> TAGS =
            Parameter.query("tag", STRING).list();
    private static final Parameter<String> TENANT =
            Parameter.header("X-Tenant", STRING.oneOf("red", "blue")).required();

    record Bill(String owner, int amount) {}

    record Asked(int id, int limit, Optional<LocalDate> since, List<String> tags, String tenant) {}

    private static PlatformHarness start(Route... routes) throws Exception {
        return PlatformHarness.start(new Platform() {
            @Override
            public List<Route> routes() {
                return List.of(routes);
            }
        });
    }

    private static Route asked() {
        return Route.get(
                        "/bills/{id}",
                        Asked.class,
                        request -> new Asked(
                                request.get(ID),
                                request.get(LIMIT.description("another copy")),
                                request.get(SINCE),
                                request.get(TAGS),
                                request.get(TENANT)))
                .parameter(ID)
                .parameter(LIMIT)
                .parameter(SINCE)
                .parameter(TAGS)
                .parameter(TENANT)
                .access(Access.READ);
    }

    @Test
    void a_list_is_bound_and_returned() throws Exception {
        Route route = Route.post("/bills", BILLS, BILLS, (request, bills) -> {
                    List<Bill> all = new ArrayList<>(bills);
                    all.add(new Bill("bob", all.get(0).amount()));
                    return all;
                })
                .access(Access.WRITE);

        try (PlatformHarness harness = start(route)) {
            TestResult result =
                    harness.post("/bills").json(List.of(new Bill("ada", 7))).call();

            assertThat(result.status()).isEqualTo(200);
            assertThat(result.header("content-type")).contains("application/json");
            assertThat(result.json(BILLS)).containsExactly(new Bill("ada", 7), new Bill("bob", 7));
            TestResult refused = harness.post("/bills")
                    .body("application/json", "[{\"owner\":\"ada\",\"amount\":\"x\"}]")
                    .call();
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text()).contains("\"pointer\":\"/0/amount\"");
        }
    }

    @Test
    void an_action_answers_204() throws Exception {
        List<String> removed = new ArrayList<>();
        Route route = Route.delete("/bills/{id}", NO_CONTENT, request -> removed.add(request.pathParameter("id")))
                .access(Access.WRITE);

        try (PlatformHarness harness = start(route)) {
            TestResult result = harness.delete("/bills/7").call();

            assertThat(result.status()).isEqualTo(204);
            assertThat(result.bytes()).isEmpty();
            assertThat(removed).containsExactly("7");
        }
    }

    @Test
    void a_handler_gets_its_parameters_with_their_types() throws Exception {
        try (PlatformHarness harness = start(asked())) {
            TestResult all = harness.get("/bills/7?limit=3&since=2026-01-31&tag=a&tag=b%20c")
                    .header("x-tenant", "red")
                    .call();
            TestResult least =
                    harness.get("/bills/7").header("X-Tenant", "blue").call();

            assertThat(all.json(Asked.class))
                    .isEqualTo(new Asked(7, 3, Optional.of(LocalDate.of(2026, 1, 31)), List.of("a", "b c"), "red"));
            assertThat(least.json(Asked.class)).isEqualTo(new Asked(7, 50, Optional.empty(), List.of(), "blue"));
        }
    }

    @Test
    void all_parameters_that_do_not_fit_are_answered_at_once_and_the_handler_is_not_called() throws Exception {
        try (PlatformHarness harness = start(asked())) {
            TestResult result = harness.get("/bills/x?limit=501&since=1&since=2&tag=&other=1")
                    .call();

            assertThat(result.problem()).contains("validation-failed");
            assertThat(result.status()).isEqualTo(422);
            assertThat(result.failure()).isEmpty();
            assertThat(result.text())
                    .contains("\"errors\":[{\"pointer\":\"{id}\",\"detail\":\"\\\"x\\\" (expected: an integer)\"},"
                            + "{\"pointer\":\"?limit\",\"detail\":\"\\\"501\\\" (expected: an integer from 1 to 500)\"},"
                            + "{\"pointer\":\"?since\",\"detail\":\"given 2 times (expected: once)\"},"
                            + "{\"pointer\":\"header X-Tenant\",\"detail\":\"missing (expected: one of red, blue)\"}]");
        }
    }

    @Test
    void a_parameter_that_the_route_does_not_declare_is_a_fault_of_the_handler() throws Exception {
        Route route =
                Route.get("/", Integer.class, request -> request.get(LIMIT)).access(Access.PUBLIC);

        try (PlatformHarness harness = start(route, asked())) {
            TestResult result = harness.get("/").call();

            assertThat(result.problem()).contains("platform-failed");
            assertThat(result.failure().orElseThrow()).hasMessageContaining("expected: one that the route declares");
        }
    }

    @Test
    void a_codec_that_breaks_is_a_fault_of_the_platform() throws Exception {
        Codec<String> broken = Codec.of("a word", text -> {
            throw new IllegalStateException("a bug");
        });
        Route route = Route.get("/", Integer.class, request -> 1)
                .parameter(Parameter.query("word", broken).optional())
                .access(Access.PUBLIC);

        try (PlatformHarness harness = start(route)) {
            assertThat(harness.get("/?word=a").call().problem()).contains("platform-failed");
            assertThat(harness.get("/").call().status()).isEqualTo(200);
        }
    }
}
