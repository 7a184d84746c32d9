package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.RouteConcern;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.plugin.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/pipeline-order.md against a running host. */
final class PipelineOrderIT {
    /** What the column "for which routes" may say. */
    private static final Map<String, Predicate<RouteContract>> FOR = Map.ofEntries(
            Map.entry("every route", route -> true),
            Map.entry("`GET` routes", route -> route.method() == HttpMethod.GET),
            Map.entry(
                    "deprecated routes",
                    route -> route.description().deprecation().isPresent()),
            Map.entry(
                    "the host's `POST` routes below `/auth`",
                    route -> route.isOfHost()
                            && route.method() == HttpMethod.POST
                            && route.id().path().startsWith("/auth/")),
            Map.entry(
                    "every route but `/health/…` and `/metrics`",
                    route -> !route.id().path().startsWith("/health/")
                            && !route.id().path().equals("/metrics")),
            Map.entry("routes that are not public", route -> route.permission().isPresent()),
            Map.entry(
                    "`POST` routes of platforms that do more than compute",
                    route -> !route.isOfHost()
                            && route.method() == HttpMethod.POST
                            && !route.effects().pure()),
            Map.entry(
                    "routes of platforms with a cache policy, or that change something",
                    route -> !route.isOfHost()
                            && (route.cache().isPresent()
                                    || (route.method() != HttpMethod.GET
                                            && !route.effects().pure()))),
            Map.entry(
                    "the host's route of a job",
                    route -> route.isOfHost()
                            && route.method() == HttpMethod.GET
                            && route.id().path().equals("/jobs/{id}")),
            Map.entry("routes of platforms", route -> !route.isOfHost()),
            Map.entry("routes other than `GET`", route -> route.method() != HttpMethod.GET));

    private static final PluginJar PLATFORM = PluginJar.named("billing")
            .route("Route.get(\"/open\", r -> Response.text(\"a\")).access(Access.PUBLIC)")
            .route("Route.get(\"/kept\", r -> Response.text(\"a\")).access(Access.READ)"
                    + ".cache(CachePolicy.of(java.time.Duration.ofMinutes(1)))")
            .route("Route.get(\"/old\", r -> Response.text(\"a\")).access(Access.READ)"
                    + ".deprecated(Deprecation.since(java.time.LocalDate.of(2026, 1, 1)))")
            .route("Route.post(\"/bills\", r -> Response.noContent()).access(Access.WRITE)")
            .route("Route.post(\"/sums\", r -> Response.noContent()).access(Access.READ).pure()")
            .route("Route.delete(\"/bills\", r -> Response.noContent()).access(Access.WRITE)");

    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

    @Test
    void the_document_names_the_interceptors_in_the_order_they_run(@TempDir Path data) throws Exception {
        String document = Files.readString(root().resolve("docs/pipeline-order.md"));
        int second = document.indexOf("## Route chain");

        try (TestHost host = TestHost.start(data)) {
            assertThat(rows(document.substring(0, second)))
                    .containsExactlyElementsOf(names(host.host().hostChain()));
            assertThat(rows(document.substring(second)))
                    .containsExactlyElementsOf(names(host.host().routeChain()));
        }
    }

    @Test
    void the_document_says_for_which_routes_a_concern_is_bound(@TempDir Path data) throws Exception {
        String document = Files.readString(root().resolve("docs/pipeline-order.md"));

        try (TestHost host = TestHost.start(data)) {
            host.install(PLATFORM);
            List<RouteContract> routes = HostInsight.table(host.host())
                    .all()
                    .flatMap(compiled -> compiled.contracts().stream())
                    .toList();
            for (RouteConcern concern : host.host().routeChain()) {
                String words = routesColumn(document, concern);
                assertThat(FOR)
                        .as("what docs/pipeline-order.md says of %s", concern)
                        .containsKey(words);
                Predicate<RouteContract> documented = FOR.get(words);
                assertThat(routes)
                        .as("routes of %s: %s", concern, words)
                        .allSatisfy(route -> assertThat(concern.on(route).isPresent())
                                .as(route.id().path())
                                .isEqualTo(documented.test(route)))
                        .anySatisfy(route -> assertThat(concern.on(route)).isPresent());
            }
        }
    }

    private static String routesColumn(String document, RouteConcern concern) {
        Matcher row = Pattern.compile(
                        "^\\| `" + concern.getClass().getSimpleName() + "` \\| ([^|]*) \\|", Pattern.MULTILINE)
                .matcher(document);
        assertThat(row.find()).as("a row of %s", concern).isTrue();
        return row.group(1);
    }

    private static List<String> rows(String text) {
        return ROW.matcher(text)
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();
    }

    private static List<String> names(List<?> chain) {
        return chain.stream().map(part -> part.getClass().getSimpleName()).toList();
    }

    private static Path root() throws IOException {
        Path folder = Path.of("").toRealPath();
        while (!Files.exists(folder.resolve("docs/pipeline-order.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
