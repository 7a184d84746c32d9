package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenMetricsIT {
    @TempDir
    Path data;

    @Test
    void metrics_can_be_made_public() throws Exception {
        try (TestHost host = TestHost.start(data, "--metrics.open=true")) {
            assertThat(host.send(HttpRequest.newBuilder(host.uri("/metrics"))).statusCode())
                    .isEqualTo(200);
        }
    }
}
