package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteSetTest {
    private static final JsonCodec JSON = new JsonCodec(RouteSetTest.class.getClassLoader());

    private static Route get(String path) {
        return Route.get(path, request -> Response.noContent());
    }

    private static RouteSet<String> compile(List<Route> routes) {
        return RouteSet.compile(routes, JSON, (route, template) -> route.path());
    }

    private static String found(RouteSet<String> routes, String method, String path) {
        RouteSet.Lookup<String> lookup =
                routes.find(method, CanonicalPath.parse(path).segments(), 0);
        return lookup instanceof RouteSet.Found<String> found
                ? found.entry() + " " + found.captured()
                : ((RouteSet.Missing<String>) lookup).problem().name();
    }

    @ParameterizedTest
    @CsvSource({
        "/, / []",
        "/cases, not-found",
        "/cases/7, /cases/{id} [7]",
        "/cases/, not-found",
        "/cases/new, /cases/new []",
        "/cases/new/z, /{kind}/{id}/z [cases new]",
        "/a/7/z, /a/{id}/z [7]",
    })
    void a_literal_wins_over_a_parameter_with_backtracking(String path, String expected) {
        RouteSet<String> routes = compile(
                Stream.of("/", "/cases/{id}", "/cases/new", "/{kind}/{id}/z", "/a/{id}/z", "/cases/new/{part}/y")
                        .map(path1 -> get(path1).access(Access.READ))
                        .toList());

        assertThat(found(routes, "GET", path).replace(",", "")).isEqualTo(expected);
    }

    @Test
    void a_method_without_a_route_is_405_with_the_methods_that_have_one() {
        RouteSet<String> routes = compile(List.of(get("/cases").access(Access.READ)));

        assertThat(found(routes, "HEAD", "/cases")).isEqualTo("/cases []");
        assertThat(found(routes, "POST", "/cases")).isEqualTo("method-not-allowed");
        RouteSet.Missing<String> missing = (RouteSet.Missing<String>) routes.find("POST", List.of("cases"), 0);
        assertThat(missing.problem().headers()).containsEntry("Allow", "GET, HEAD");
    }

    @Test
    void all_faults_are_told_together() {
        List<Route> routes = List.of(
                get("/open"),
                get("/a/../b").access(Access.READ),
                get("/x/{a}").access(Access.READ),
                get("/x/{b}").access(Access.READ));

        assertThatThrownBy(() -> compile(routes))
                .isInstanceOf(InvalidDeclarationException.class)
                .hasMessageStartingWith("its routes cannot be served: route GET /open declares no access")
                .hasMessageContaining("segment \"..\"")
                .hasMessageEndingWith("route GET /x/{b} is declared twice");
    }

    @Test
    void parameters_are_compared_with_path_default_example_and_cache_policy() {
        CachePolicy minute = CachePolicy.of(Duration.ofMinutes(1));
        Parameter<String> unit = Parameter.header("X-Unit", Codec.STRING).required();
        Route cases = get("/cases/{id}").access(Access.READ);

        assertThatThrownBy(() -> compile(List.of(cases.parameter(Parameter.path("number", Codec.STRING))
                        .parameter(Parameter.query("limit", Codec.INT.min(1)).defaultValue(0))
                        .parameter(
                                Parameter.query("since", Codec.DATE).optional().example("today"))
                        .parameter(unit)
                        .cache(minute))))
                .hasMessageContaining("describes the path parameter \"number\" (expected: one of [id])")
                .hasMessageContaining(
                        "GET /cases/{id} declares the default of ?limit: \"0\" (expected: an integer of at least 1)")
                .hasMessageContaining("declares the example of ?since: \"today\"")
                .hasMessageContaining("is cached and declares the header parameter \"X-Unit\"");
        assertThat(compile(List.of(cases.parameter(unit).cache(minute.vary("x-unit"))))
                        .entries())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Forwarded-For", "x_user_id", "X-Consumer-Name", "X-Original-Path", "X-Real-IP", "Forwarded"})
    void a_header_that_no_handler_sees_is_no_parameter(String header) {
        Route route = get("/cases")
                .access(Access.READ)
                .parameter(Parameter.header(header, Codec.STRING).optional());

        assertThatThrownBy(() -> compile(List.of(route)))
                .hasMessageContaining(
                        "declares the header parameter \"" + header + "\" (expected: one that handlers see");
    }

    @Test
    void a_mapped_set_finds_the_new_entries_and_keeps_no_declaration() {
        RouteSet<String> routes = compile(
                List.of(get("/cases").access(Access.READ), get("/cases/{id}").access(Access.READ)));

        RouteSet<String> mapped = routes.map(path -> "new " + path);

        assertThat(found(mapped, "GET", "/cases/7")).isEqualTo("new /cases/{id} [7]");
        assertThat(mapped.entries()).containsExactly("new /cases", "new /cases/{id}");
        assertThat(mapped.routes()).isEmpty();
        assertThat(found(RouteSet.empty(), "GET", "/cases")).isEqualTo("not-found");
    }
}
