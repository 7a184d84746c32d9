package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Request metrics of a running host. */
final class RequestMetricsIT {
    private static final PluginJar JAR = PluginJar.named("billing")
            .route("Route.get(\"/bills/{id}\", r -> Response.text(\"x\")).access(Access.READ)")
            .route("Route.get(\"/fresh\", r -> Response.noContent().status(304)).access(Access.PUBLIC)")
            .route("Route.get(\"/numbers\", r -> Response.stream(\"text/plain\", out -> { out.write(1); out.flush();"
                    + " throw new IOException(\"gone\"); })).access(Access.PUBLIC)")
            .route("Route.post(\"/bills\", r -> Response.text(\"x\")).access(Access.WRITE)");

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private TestHost host() {
        return hosts.host();
    }

    private Wire.Answer ask(String... lines) throws Exception {
        try (Wire wire = Wire.to(host().host().port())) {
            return wire.lines(lines).read();
        }
    }

    private static String request(String method, String platform, String route, int status) {
        return "http_server_request_duration_seconds_count{method=\"" + method + "\",platform=\"" + platform
                + "\",route=\"" + route + "\",status=\"" + status + "\"}";
    }

    private void counted(String series, int times) {
        await(series)
                .untilAsserted(() -> assertThat(host().get("/metrics").body()).contains(series + " " + times));
    }

    @Test
    void each_request_counts_once_by_the_template_of_its_route() throws Exception {
        host().install(JAR);

        for (String id : List.of("1", "2", "%20")) {
            assertThat(host().get("/api/billing/bills/" + id).statusCode()).isEqualTo(200);
        }
        host().send(host().request("/api/billing/fresh"));
        host().get("/api/billing/nothing");
        host().get("/api/strangers/bills");
        host().get("/health/live");
        ask("GET /api/billing/numbers HTTP/1.1", "Host: localhost", "");

        counted(request("GET", "billing", "/bills/{id}", 200), 3);
        counted(request("GET", "billing", "/fresh", 304), 1);
        counted(request("GET", "billing", "/numbers", 200), 1);
        counted(request("GET", "_unmatched", "_unmatched", 404), 2);
        counted(request("GET", "host", "/health/live", 200), 1);
        counted("busbar_handler_duration_seconds_count{platform=\"billing\",route=\"/bills/{id}\"}", 3);
        // a response is read before its request has left the gauge
        await().untilAsserted(() -> assertThat(host().get("/metrics").body())
                .contains("http_server_active_requests 1.0")
                .containsPattern("busbar_connections\\{protocol=\"http/1.1\"} [1-9]")
                .contains("busbar_connections{protocol=\"h2\"} 0.0")
                .doesNotContain("strangers", "/bills/1\"", "nothing"));
    }

    @Test
    void pages_and_rejections_by_the_server_are_counted() throws Exception {
        assertThat(ask("GET / HTTP/1.1", "Host: localhost", "").status()).isEqualTo(200);
        assertThat(ask("GET / HTTP/1.1", "Host: elsewhere", "").status()).isEqualTo(421);
        assertThat(ask("GET /x HTTP/1.1", "Host: localhost", "X-Large: " + "x".repeat(20_000))
                        .status())
                .isEqualTo(431);
        assertThat(ask("GET /x HTTP/1.1", "Host : localhost", "").status()).isEqualTo(400);

        counted(request("GET", "host", "/", 200), 1);
        counted(request("GET", "host", "/", 421), 1);
        await().untilAsserted(() -> assertThat(host().get("/metrics").body())
                .containsPattern("method=\"\\w+\",platform=\"_unmatched\",route=\"_unmatched\",status=\"431\"} 1\\b")
                .containsPattern("method=\"\\w+\",platform=\"_unmatched\",route=\"_unmatched\",status=\"400\"} 1\\b")
                .contains("http_server_active_requests 1.0"));
    }

    @Test
    void attempts_refusals_and_swaps_are_counted() throws Exception {
        host().install(JAR);
        host().install(JAR.version("1.1.0"));
        HttpResponse<String> made = host().post(
                        "/admin/keys",
                        "application/json",
                        "{\"name\":\"k\",\"owner\":\"ada\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        String key = made.body().replaceAll(".*\"key\":\"([^\"]+)\".*", "$1");

        HttpResponse<String> denied = host().send(HttpRequest.newBuilder(host().uri("/api/billing/bills"))
                .header("X-API-Key", key)
                .POST(BodyPublishers.noBody()));
        HttpResponse<String> wrong = host().send(HttpRequest.newBuilder(host().uri("/api/billing/bills/1"))
                .header("Authorization", "Bearer nothing"));

        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(wrong.statusCode()).isEqualTo(401);
        counted("busbar_authorization_denied_total{permission=\"billing:write\",platform=\"billing\"}", 1);
        counted("busbar_auth_attempts_total{method=\"token\",outcome=\"refused\"}", 1);
        counted("busbar_swap_duration_seconds_count{outcome=\"published\",plugin=\"billing\"}", 2);
        assertThat(host().get("/metrics").body())
                .containsPattern("busbar_auth_attempts_total\\{method=\"key\",outcome=\"success\"} [1-9]");

        host().remove("billing");

        await().untilAsserted(() -> assertThat(host().get("/metrics").body()).doesNotContain("billing"));
    }

    @Test
    void authenticated_callers_get_server_timing() throws Exception {
        host().install(JAR);

        HttpResponse<String> known = host().get("/api/billing/bills/1");
        HttpResponse<String> anybody = host().send(
                        HttpRequest.newBuilder(host().uri("/api/billing/fresh")).GET());
        HttpResponse<String> stranger = host().send(HttpRequest.newBuilder(host().uri("/api/billing/bills/1")));

        assertThat(known.headers().firstValue("Server-Timing").orElseThrow())
                .matches("host;dur=\\d+\\.\\d{3}, handler;dur=\\d+\\.\\d{3}");
        assertThat(anybody.headers().firstValue("Server-Timing")).isEmpty();
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.headers().firstValue("Server-Timing")).isEmpty();
    }
}
