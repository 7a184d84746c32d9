package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MetricsIT {
    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private String metrics() throws Exception {
        HttpResponse<String> answer = hosts.host().get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void series_of_a_plugin_survive_its_swaps_and_end_with_it() throws Exception {
        PluginJar jar = PluginJar.named("billing")
                .route("Route.get(\"/bills\", r -> Response.text(\"x\")).access(Access.READ)");
        hosts.host().install(jar.version("1.0.0"));
        assertThat(metrics())
                .contains(
                        "busbar_plugin_info{generation=\"1\",plugin=\"billing\",state=\"ACTIVE\",version=\"1.0.0\"} 1")
                .contains("busbar_leases{generation=\"1\",plugin=\"billing\"} 0.0")
                .contains("busbar_generations_uncollected{plugin=\"billing\"} 0.0");

        hosts.host().install(jar.version("1.1.0"));
        await("the first generation has retired").atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        metrics())
                .contains(
                        "busbar_plugin_info{generation=\"2\",plugin=\"billing\",state=\"ACTIVE\",version=\"1.1.0\"} 1")
                .doesNotContain("version=\"1.0.0\"")
                .doesNotContain("busbar_leases{generation=\"1\""));

        hosts.host().remove("billing");
        await("the close() of the last generation has been counted, and removed")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(metrics()).doesNotContain("billing"));
    }

    @Test
    void both_text_formats_are_served_to_permitted_callers() throws Exception {
        TestHost host = hosts.host();

        HttpResponse<String> plain = host.get("/metrics");
        HttpResponse<String> open = host.send(host.request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"));
        HttpResponse<String> stranger = host.send(HttpRequest.newBuilder(host.uri("/metrics")));

        assertThat(plain.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).contains("# TYPE jvm_memory_used_bytes gauge", "process_uptime_seconds ");
        assertThat(open.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
        assertThat(stranger.statusCode()).isEqualTo(401);
    }
}
