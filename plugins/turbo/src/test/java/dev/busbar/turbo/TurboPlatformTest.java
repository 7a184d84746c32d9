package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteResponse;
import dev.busbar.plugin.testing.PlatformHarness;
import dev.busbar.plugin.testing.TestResult;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TurboPlatformTest {
    @Test
    void it_serves_one_route_for_audits() {
        assertThat(new TurboPlatform().routes()).hasSize(1);
        Route route = Audits.route();

        assertThat(route.method()).isEqualTo(HttpMethod.POST);
        assertThat(route.path()).isEqualTo("/audits");
        assertThat(route.access()).contains(Access.READ);
        assertThat(route.consumes()).containsExactly("text/csv", "application/json");
        assertThat(route.deadline()).isEqualTo(Duration.ofSeconds(30));
        assertThat(route.maxBodyBytes()).isEqualTo(256L << 20);
        assertThat(route.responses())
                .singleElement()
                .extracting(RouteResponse::type)
                .isEqualTo(Optional.of(Audit.class));
    }

    @Test
    void each_member_of_the_description_is_a_parameter() {
        assertThat(Audits.route().parameters())
                .extracting(Parameter::name)
                .containsExactly(
                        Arrays.stream(Member.values()).map(Member::text).toArray(String[]::new));
    }

    @Test
    void it_can_be_replaced_again_and_again() throws Exception {
        PlatformHarness.requireNoLeaks(TurboPlatform.class, harness -> {
            try (InputStream body = Folders.sample("berkeley-1973.csv")) {
                TestResult audit = harness.post("/audits")
                        .query("protectedAttribute", "gender")
                        .query("privileged", "Male")
                        .query("decision", "decision")
                        .query("favourable", "admitted")
                        .query("weight", "count")
                        .query("stratum", "department")
                        .body("text/csv", body)
                        .call();

                assertThat(audit.status()).isEqualTo(200);
            }
        });
    }
}
