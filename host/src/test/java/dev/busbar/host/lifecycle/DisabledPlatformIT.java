package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A platform that is disabled, as callers without a credential see it. */
final class DisabledPlatformIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static HttpResponse<String> anonymously(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(HOSTS.host().uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_disabled_platform_is_503_to_everybody_after_a_restart_too() throws Exception {
        HOSTS.host().install(answering("billing", "1.0.0"));
        HOSTS.host().change("billing", "disable");

        HttpResponse<String> before = anonymously("/api/billing");
        HttpResponse<String> unknownRoute = anonymously("/api/billing/other");
        HOSTS.restart();
        HttpResponse<String> after = anonymously("/api/billing");

        for (HttpResponse<String> response : List.of(before, unknownRoute, after)) {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("platform-unavailable", "it is disabled");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(anonymously("/api/nobody").statusCode()).isEqualTo(401);
    }
}
