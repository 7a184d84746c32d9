package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.http.Chains;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.pipeline.Sent;
import dev.busbar.host.testing.Bound;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series of requests and handlers, and their removal. */
final class RequestMetricsTest {
    private static final String COUNT = "http_server_request_duration_seconds_count";

    private final Metrics metrics;
    private final Interceptor watching;

    RequestMetricsTest(@TempDir Path data) {
        metrics = new Metrics(data, List::of);
        AccessLogSettings off = new AccessLogSettings(false, 1 << 20, 1, 64);
        watching = metrics.requests(new AccessLog(off, data, Meters.NONE), Clock.systemUTC(), false);
        metrics.served(Map.of("billing", Set.of("/bills", "/sums")));
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    private static Route route(String template) {
        return Route.get(template, request -> Response.noContent()).access(Access.PUBLIC);
    }

    private Invocation arrive(FakeExchange exchange) {
        Invocation invocation = new Invocation(exchange, System.nanoTime());
        watching.intercept(invocation, passed -> {});
        return invocation;
    }

    private Invocation arrive(String platform, String template) {
        Invocation invocation = arrive(FakeExchange.get("/api/" + platform + template));
        invocation.endpoint(Bound.to(platform, route(template)), List.of());
        return invocation;
    }

    private static void answer(Invocation invocation, int status) {
        invocation.reply().claim().orElseThrow().send(Response.noContent().status(status));
    }

    private String scrape() {
        return metrics.scrape(metrics.mediaType(""));
    }

    private List<String> counts() {
        return scrape().lines().filter(line -> line.startsWith(COUNT)).toList();
    }

    private static String series(String method, String platform, String route, String status) {
        return COUNT + "{method=\"" + method + "\",platform=\"" + platform + "\",route=\"" + route + "\",status=\""
                + status + "\"} ";
    }

    @Test
    void a_request_is_counted_once_by_its_template_with_the_documented_buckets() {
        answer(arrive("billing", "/bills"), 200);
        answer(arrive("billing", "/bills"), 200);
        answer(arrive("billing", "/bills"), 304);

        assertThat(counts())
                .containsExactlyInAnyOrder(
                        series("GET", "billing", "/bills", "200") + "2",
                        series("GET", "billing", "/bills", "304") + "1");
        assertThat(scrape().lines()
                        .filter(line -> line.contains("duration_seconds_bucket") && line.contains("status=\"200\""))
                        .map(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1")))
                .containsExactly(
                        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0",
                        "7.5", "10.0", "+Inf");
        assertThat(scrape()).contains("http_server_active_requests 0.0");
    }

    @Test
    void a_suspended_request_is_active_until_it_is_answered() {
        Invocation waiting = arrive("billing", "/bills");
        assertThat(scrape()).contains("http_server_active_requests 1.0");

        waiting.reply().fail(ProblemException.of(504, "platform-timeout", "Platform timeout", "late"));

        assertThat(scrape()).contains("http_server_active_requests 0.0");
        assertThat(counts()).containsExactly(series("GET", "billing", "/bills", "504") + "1");
    }

    @Test
    void a_handler_past_its_deadline_is_counted_when_it_ends() {
        Invocation stuck = arrive("billing", "/bills");
        stuck.completion().retain();
        stuck.timing().handlerBegins();
        stuck.reply().fail(ProblemException.of(504, "platform-timeout", "Platform timeout", "late"));
        assertThat(scrape()).doesNotContain("busbar_handler_duration_seconds_count");

        stuck.timing().handlerEnds();
        stuck.completion().release();

        assertThat(scrape()).contains("busbar_handler_duration_seconds_count{platform=\"billing\",route=\"/bills\"} 1");
    }

    @Test
    void an_aborted_stream_is_counted_once() {
        Invocation broken = arrive("billing", "/bills");
        try {
            broken.reply().claim().orElseThrow().stream(Response.stream("text/plain", out -> {}), out -> {
                out.write(1);
                throw new IOException("gone");
            });
        } catch (IOException expected) {
            assertThat(expected).hasMessage("gone");
        }

        assertThat(counts()).containsExactly(series("GET", "billing", "/bills", "200") + "1");
    }

    @ParameterizedTest
    @CsvSource({"BREW, _OTHER, 299, 2xx", "get, _OTHER, 200, 200", "HEAD, HEAD, 200, 200", "PUT, PUT, 599, 5xx"})
    void unregistered_methods_and_statuses_are_grouped(String sent, String method, int status, String shown) {
        Invocation invocation = arrive(FakeExchange.of(sent, "/nowhere"));

        answer(invocation, status);

        assertThat(counts()).containsExactly(series(method, "_unmatched", "_unmatched", shown) + "1");
    }

    @Test
    void rejections_by_the_server_are_counted() {
        arrive(FakeExchange.get("/%")).reply().answeredByServer(new Sent(400, 10, true));

        assertThat(counts()).containsExactly(series("GET", "_unmatched", "_unmatched", "400") + "1");
    }

    @Test
    void rejections_during_shutdown_are_counted() {
        Chains chains = Chains.of(passed -> {}, List.of(watching), List.of(watching));
        Invocation refused = new Invocation(FakeExchange.get("/api/billing/bills"), System.nanoTime());

        try {
            chains.stopping().proceed(refused);
        } catch (ProblemException expected) {
            refused.reply().fail(expected);
        }

        assertThat(counts()).containsExactly(series("GET", "_unmatched", "_unmatched", "503") + "1");
    }

    @Test
    void the_series_of_a_platform_end_with_it() {
        Meters.Count refused = metrics.meters().count("busbar.test.refused", "Test", "platform", "billing");
        refused.increment();
        metrics.swapped("billing", "published", Duration.ofMillis(3));
        metrics.meters()
                .timer("busbar.test.calls", "Test", "caller", "_unknown", "target", "billing")
                .record(5);
        answer(arrive("billing", "/bills"), 200);
        assertThat(scrape()).contains("billing", "busbar_swap_duration_seconds_count{outcome=\"published\"");

        metrics.served(Map.of());

        assertThat(scrape()).doesNotContain("billing");
    }

    @Test
    void requests_that_outlive_their_platform_leave_no_series_of_it() {
        Invocation late = arrive("billing", "/bills");
        Meters.Count refused = metrics.meters().count("busbar.test.refused", "Test", "platform", "billing");
        metrics.served(Map.of());

        answer(late, 200);
        refused.increment();

        assertThat(scrape()).doesNotContain("billing");
        assertThat(counts()).containsExactly(series("GET", "_unmatched", "_unmatched", "200") + "1");
    }

    @Test
    void a_counter_is_registered_again_when_its_platform_returns() {
        Meters.Count refused = metrics.meters().count("busbar.test.refused", "Test", "platform", "billing");
        metrics.served(Map.of());
        metrics.served(Map.of("billing", Set.of("/bills")));

        refused.increment();

        assertThat(scrape()).contains("busbar_test_refused_total{platform=\"billing\"} 1.0");
    }

    @Test
    void series_survive_a_swap_and_end_with_their_route() {
        answer(arrive("billing", "/bills"), 200);
        answer(arrive("billing", "/sums"), 200);

        metrics.served(Map.of("billing", Set.of("/bills", "/totals")));
        answer(arrive("billing", "/bills"), 200);

        assertThat(counts()).containsExactly(series("GET", "billing", "/bills", "200") + "2");
    }

    @Test
    void a_temporarily_unavailable_platform_retains_its_series() {
        answer(arrive("billing", "/bills"), 200);

        metrics.served(Map.of("billing", Set.of()));

        assertThat(counts()).containsExactly(series("GET", "billing", "/bills", "200") + "1");
    }

    @Test
    void ten_thousand_added_and_removed_platforms_leave_no_series() {
        String before = scrape();
        for (int i = 0; i < 10_000; i++) {
            metrics.served(Map.of("p" + i, Set.of("/x")));
            answer(arrive("p" + i, "/x"), 200);
        }

        metrics.served(Map.of());

        assertThat(scrape().lines().filter(line -> line.contains("platform="))).isEmpty();
        assertThat(before.lines().filter(line -> line.contains("platform="))).isEmpty();
    }
}
