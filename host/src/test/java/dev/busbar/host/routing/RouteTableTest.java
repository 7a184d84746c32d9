package dev.busbar.host.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.core.CanonicalPath;
import dev.busbar.host.ChainRig;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTableTest {
    private static final Handler NOTHING = request -> Response.noContent();

    private static Route get(String path) {
        return Route.get(path, NOTHING).access(Access.PUBLIC);
    }

    private static Route delete(String path) {
        return Route.delete(path, NOTHING).access(Access.WRITE);
    }

    private static RouteTable.Mount serve(String platform, List<Route> routes) {
        return new RouteTable.Mount.Served(new ChainRig()
                .compile(new Generation(new Owner.Platform(platform, 1), "1.0.0"), routes, Workers.INLINE));
    }

    private final RouteTable table = RouteTable.empty()
            .withHost(new ChainRig()
                    .compile(
                            new Generation(new Owner.Host(), "1"),
                            List.of(get("/health/live"), get("/plugins/{id}"), delete("/plugins/{id}")),
                            Workers.INLINE))
            .with(
                    "billing",
                    serve(
                            "billing",
                            List.of(
                                    get("/"),
                                    get("/bills"),
                                    get("/bills/{id}"),
                                    delete("/bills/{id}"),
                                    get("/bills/latest"),
                                    get("/{kind}/latest/raw"),
                                    get("/{kind}/{id}/raw/{part}"))))
            .withAbsent("away", "the platform is disabled");

    private String found(String method, String path) {
        RouteTable.Match match = table.find(method, CanonicalPath.parse(path));
        return match instanceof RouteTable.Match.Found found
                ? found.endpoint().declaration() + " " + found.captured()
                : "none";
    }

    private ProblemException refused(String method, String path) {
        RouteTable.Match match = table.find(method, CanonicalPath.parse(path));
        return match instanceof RouteTable.Match.Unavailable unavailable
                ? unavailable.problem()
                : ((RouteTable.Match.Refused) match).problem();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/billing, GET / []",
        "/api/billing/, GET / []",
        "/api/billing/bills, GET /bills []",
        "/api/billing/bills/7, GET /bills/{id} [7]",
        "/api/billing/bills/a%20b, GET /bills/{id} [a b]",
        "/api/billing/bills/latest, GET /bills/latest []",
        "/api/billing/bills/latest/raw, GET /{kind}/latest/raw [bills]",
        "/api/billing/x/y/raw/z, 'GET /{kind}/{id}/raw/{part} [x, y, z]'",
        "/api/billing/bills/latest/raw/z, 'GET /{kind}/{id}/raw/{part} [bills, latest, z]'",
        "/api/billing/bills/, none",
        "/api/billing/other, none",
        "/api/billing/Bills, none",
        "/health/live, GET /health/live []",
        "/health/live/, none",
        "/health, none",
        "/, none",
        "/api, none",
    })
    void a_literal_wins_over_a_parameter_and_the_search_backtracks(String path, String route) {
        assertThat(found("GET", path)).isEqualTo(route);
    }

    @Test
    void a_head_is_answered_by_the_get() {
        assertThat(found("HEAD", "/api/billing/bills")).isEqualTo("GET /bills []");
    }

    @Test
    void an_unknown_method_is_405_with_the_allowed_ones() {
        ProblemException refused = refused("PUT", "/api/billing/bills/7");

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.headers()).containsEntry("Allow", "DELETE, GET, HEAD");
        assertThat(refused("DELETE", "/api/billing/bills/latest").status()).isEqualTo(405);
        assertThat(refused("HEAD", "/api/billing/nothing").status()).isEqualTo(404);
    }

    @Test
    void an_unknown_platform_is_404_and_an_unavailable_one_503() {
        assertThat(refused("GET", "/api/nothing/x").status()).isEqualTo(404);
        ProblemException away = refused("GET", "/api/away/anything");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.detail()).isEqualTo("the platform is disabled");
        assertThat(away.headers()).containsKey("Retry-After");
        assertThat(away.members()).containsEntry("platform", "away");
    }

    @Test
    void an_absent_platform_keeps_the_contracts_that_it_served_last() {
        RouteTable absent = table.withAbsent("billing", "disabled").withAbsent("billing", "did not start");

        assertThat(absent.find("DELETE", CanonicalPath.parse("/api/billing/bills/7")))
                .isInstanceOfSatisfying(RouteTable.Match.Absent.class, found -> {
                    assertThat(found.captured()).containsExactly("7");
                    assertThat(found.endpoint().owner()).isEqualTo(new Owner.Platform("billing", 1));
                    assertThat(found.endpoint().permission()).contains("billing:write");
                    Invocation invocation = new Invocation(FakeExchange.of("DELETE", "/"), 0);
                    invocation.endpoint(found.endpoint(), found.captured());
                    invocation.caller(Callers.ANNA);
                    assertThatThrownBy(() -> found.endpoint().proceed(invocation))
                            .isInstanceOfSatisfying(ProblemException.class, problem -> {
                                assertThat(problem.status()).isEqualTo(503);
                                assertThat(problem.detail()).isEqualTo("did not start");
                            });
                });
        assertThat(absent.find("GET", CanonicalPath.parse("/api/billing/other")))
                .isInstanceOfSatisfying(RouteTable.Match.Unavailable.class, unavailable -> assertThat(
                                unavailable.problem().status())
                        .isEqualTo(503));
        assertThat(absent.templates().get("billing")).contains("/bills/{id}");
        assertThat(absent.all().map(routes -> routes.generation().platform())).containsExactly("host");
    }

    @Test
    void a_change_is_a_copy() {
        RouteTable without = table.without("billing");

        assertThat(table.mount("billing")).isPresent();
        assertThat(without.mount("billing")).isEmpty();
        assertThat(without.mounts()).containsOnlyKeys("away");
        assertThat(without.host()).isPresent();
        assertThat(RouteTable.empty().find("GET", CanonicalPath.parse("/x")))
                .isInstanceOf(RouteTable.Match.Refused.class);
    }

    @Test
    void each_of_ten_thousand_routes_is_found() {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            routes.add(get("/group" + i % 100 + "/item" + i + "/{id}"));
        }
        RouteTable large = RouteTable.empty().with("large", serve("large", routes));

        for (int i = 0; i < 10_000; i++) {
            RouteTable.Match match =
                    large.find("GET", CanonicalPath.parse("/api/large/group" + i % 100 + "/item" + i + "/7"));
            assertThat(match).isInstanceOfSatisfying(RouteTable.Match.Found.class, found -> assertThat(found.captured())
                    .containsExactly("7"));
        }
    }

    @Test
    void all_faults_of_routes_are_reported_together() {
        List<Route> routes =
                List.of(Route.get("/open", NOTHING), get("/a b"), get("/x/{a}"), get("/x/{b}"), get("/{a}/{a}"));

        assertThatThrownBy(() -> serve("billing", routes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("GET /open declares no access")
                .hasMessageContaining("segment \"a b\"")
                .hasMessageContaining("GET /x/{b} is declared twice")
                .hasMessageContaining("each parameter once");
    }

    @Test
    void unknown_paths_below_api_are_revealed_to_authenticated_callers_only() {
        assertThat(UnmatchedEndpoint.of(ProblemException.notFound("x"), List.of("api", "x"))
                        .permission())
                .contains("host:self");
        assertThat(UnmatchedEndpoint.of(ProblemException.notFound("x"), List.of("admin"))
                        .permission())
                .contains("host:self");
        UnmatchedEndpoint open = UnmatchedEndpoint.of(ProblemException.notFound("x"), List.of("other"));
        assertThat(open.permission()).isEmpty();
        assertThat(open.platform()).isEqualTo("_unmatched");
        assertThat(open.contract()).isEmpty();
    }

    @Test
    void a_handler_sees_the_request_below_its_mount_and_without_credentials() {
        ChainRig rig = new ChainRig().as(null);
        List<String> seen = new ArrayList<>();
        rig.publish(request -> {
            seen.add(request.method() + " " + request.path() + " "
                    + request.query("a").orElse("") + " " + request.queryNames() + request.queryAll("b"));
            seen.add(request.header("Prefer").orElse("")
                    + request.headerAll("X-Remote-User")
                    + request.headerAll("X-Tag")
                    + request.header("x_api_key").orElse("none")
                    + request.headerAll("Authorization")
                    + request.headerAll("X-Consumer-Id")
                    + request.header("Cookie").orElse("none"));
            seen.add(request.principal() + " " + request.deadline().isAfter(java.time.Instant.now()) + " "
                    + request.correlationId());
            assertThatThrownBy(() -> request.pathParameter("id")).hasMessageContaining("GET /bills");
            return Response.noContent();
        });

        FakeExchange exchange = rig.send(FakeExchange.get("/api/billing/bills?a=1&b=2&b=3")
                .with("Prefer", "t")
                .with("X-Remote-User", "root")
                .with("X-Tag", "undeclared")
                .with("X-API-Key", "k")
                .with("x_api_key", "k")
                .with("Authorization", "ApiKey k")
                .with("X-Consumer-Id", "c")
                .with("Cookie", "c"));

        assertThat(exchange.status()).isEqualTo(204);
        assertThat(seen).containsExactly("GET /bills 1 [a, b][2, 3]", "t[][]none[][]none", "Optional.empty true ");
    }

    @Test
    void a_broken_query_is_the_clients_fault() {
        ChainRig rig = new ChainRig().as(null);
        rig.publish(request -> Response.text(request.query("a").orElse("")));

        assertThat(rig.send(FakeExchange.get("/api/billing/bills?a=%zz")).status())
                .isEqualTo(400);
    }
}
