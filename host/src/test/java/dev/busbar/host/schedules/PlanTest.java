package dev.busbar.host.schedules;

import static dev.busbar.host.schedules.ScheduleRig.hourly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.ProblemException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions that are refused, each with the member, its value and what was expected. */
class PlanTest {
    @ParameterizedTest
    @CsvSource({
        "name, '', /name",
        "name, 'a\u0007b', /name",
        "zone, Mars/Olympus, /zone",
        "missed, twice, /missed",
        "missed, ONCE, /missed",
        "overlap, parallel, /overlap",
        "jitter, PT2H, /jitter",
        "jitter, -PT1S, /jitter",
        "jitter, soon, /jitter",
        "interval, PT1M, /cron",
        "cron, '*/1 * * * * *', /cron"
    })
    void a_member_that_does_not_fit_is_refused_with_its_value(String member, String value, String pointer) {
        assertThatThrownBy(() -> Plan.of(hourly(Map.of(member, value)), Instant.EPOCH))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(422);
                    assertThat(refused.violations()).singleElement().satisfies(violation -> {
                        assertThat(violation.pointer()).isEqualTo(pointer);
                        assertThat(violation.detail()).contains("expected: ");
                    });
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/keys",
                "/api/../admin/keys",
                "http://elsewhere/api/turbo/x",
                "/api/turbo/a b",
                "/api/turbo/a#b",
                "/api/Turbo/a",
                "/api/turbo\n",
                "/jobs",
                ""
            })
    void a_request_goes_below_api_only(String path) {
        assertThatThrownBy(() -> Plan.of(request(Map.of("method", "GET", "path", path)), Instant.EPOCH))
                .hasMessageContaining("/api/turbo/audits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "X-API-Key",
                "cookie",
                "X-Forwarded-For",
                "Forwarded",
                "Connection",
                "Prefer",
                "Host",
                "Sec-Fetch-Site",
                "Idempotency-Key",
                "a b",
                ""
            })
    void a_request_sets_no_header_that_is_not_its_own(String name) {
        Definition asked = request(Map.of("method", "GET", "path", "/api/turbo", "headers", Map.of(name, "x")));

        assertThatThrownBy(() -> Plan.of(asked, Instant.EPOCH)).hasMessageContaining("none of credentials");
    }

    @Test
    void a_header_value_with_a_line_end_is_refused() {
        Definition asked =
                request(Map.of("method", "GET", "path", "/api/turbo", "headers", Map.of("accept", "a\r\nhost: b")));

        assertThatThrownBy(() -> Plan.of(asked, Instant.EPOCH)).hasMessageContaining("at most 32 headers");
    }

    @Test
    void a_body_beyond_64_kib_is_refused() {
        Definition asked = request(Map.of("method", "POST", "path", "/api/turbo", "body", "x".repeat(70_000)));

        assertThatThrownBy(() -> Plan.of(asked, Instant.EPOCH))
                .hasMessageContaining("70002 bytes (expected: at most 65536");
    }

    @Test
    void a_schedule_has_either_a_job_or_a_request_and_either_cron_or_interval() {
        Map<String, @Nullable Object> both = new HashMap<>();
        both.put("request", Map.of("method", "GET", "path", "/api/turbo"));
        Map<String, @Nullable Object> neither = new HashMap<>();
        neither.put("job", null);
        Map<String, @Nullable Object> noTime = new HashMap<>();
        noTime.put("cron", null);

        for (Map<String, @Nullable Object> patch : List.of(both, neither)) {
            assertThatThrownBy(() -> Plan.of(hourly(patch), Instant.EPOCH))
                    .hasMessageContaining("either job or request");
        }
        assertThatThrownBy(() -> Plan.of(hourly(noTime), Instant.EPOCH))
                .hasMessageContaining("either cron or interval");
    }

    @Test
    void a_request_names_the_platform_of_its_path() {
        Plan plan = Plan.of(request(Map.of("method", "GET", "path", "/api/turbo/audits?limit=5")), Instant.EPOCH);

        assertThat(plan.action())
                .isEqualTo(
                        new ScheduledWork.Action.OfRequest("turbo", "GET", "/api/turbo/audits?limit=5", Map.of(), ""));
    }

    private static Definition request(Map<String, ?> call) {
        Map<String, @Nullable Object> patch = new HashMap<>();
        patch.put("job", null);
        patch.put("request", call);
        return hourly(patch);
    }
}
