package dev.busbar.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a call of another platform is put together. */
final class PlatformCallTest {
    @Test
    void values_of_path_and_query_are_encoded() {
        PlatformCall call = PlatformCall.get("/audits/{id}/of/{who}", "a b%", "ä")
                .query("label", "x&y=z")
                .query("label", "+");

        assertThat(call.path()).isEqualTo("/audits/a%20b%25/of/%C3%A4");
        assertThat(call.query()).isEqualTo("label=x%26y%3Dz&label=%2B");
        assertThat(call).hasToString("GET /audits/a%20b%25/of/%C3%A4");
    }

    @Test
    void a_dollar_in_a_value_is_only_a_dollar() {
        assertThat(PlatformCall.put("/{id}", "$1\\").path()).isEqualTo("/%241%5C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"audits", "/audits?x=1", "/audits/{id}"})
    void a_path_that_is_none_is_refused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> PlatformCall.delete(path));
    }

    @Test
    void a_value_too_many_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlatformCall.patch("/audits/{id}", "1", "2"))
                .withMessageContaining("with 2 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "x-api-key", "Cookie", "Host", "Content-Length"})
    void credentials_and_what_belongs_to_a_connection_are_no_fields_of_a_call(String name) {
        PlatformCall call = PlatformCall.get("/");

        assertThatIllegalArgumentException().isThrownBy(() -> call.header(name, "x"));
    }

    @Test
    void a_copy_leaves_what_it_was_made_from_as_it_was() {
        PlatformCall plain = PlatformCall.post("/audits");
        PlatformCall changed = plain.header("Accept", "text/csv").deadline(Duration.ofSeconds(1));

        assertThat(plain.headers()).isEmpty();
        assertThat(plain.deadline()).isEmpty();
        assertThat(changed.headers()).containsExactly(Map.entry("accept", "text/csv"));
        assertThat(changed.deadline()).contains(Duration.ofSeconds(1));
        assertThat(changed.onBehalfOf()).isEmpty();
        assertThat(changed.method()).isEqualTo(HttpMethod.POST);
    }

    @Test
    void a_body_is_a_value_or_bytes_whichever_was_said_last() {
        byte[] bytes = "a,b".getBytes(UTF_8);
        PlatformCall csv = PlatformCall.post("/audits").json("x").body("text/csv", bytes);
        bytes[0] = 'z';

        assertThat(csv.value()).isEmpty();
        assertThat(csv.bytes()).isEqualTo("a,b".getBytes(UTF_8));
        assertThat(csv.headers()).containsEntry("content-type", "text/csv");
        assertThat(csv.json("x").bytes()).isEmpty();
        assertThat(csv.json("x").value()).contains("x");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void a_deadline_is_in_the_future(long seconds) {
        PlatformCall call = PlatformCall.get("/");

        assertThatIllegalArgumentException().isThrownBy(() -> call.deadline(Duration.ofSeconds(seconds)));
    }
}
