package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.Set;

/** Calls the platform's route the way the host does, up to the JSON that a client sees. */
final class Audits {
    static final String[] GENDER = {
        "protectedAttribute=gender", "privileged=Male", "decision=decision", "favourable=yes"
    };

    private static final Set<String> NUMBERS =
            Set.of("value", "low", "high", "statistic", "p", "total", "effectiveSize", "confidence", "limit");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Audits() {}

    static Route route() {
        return new TurboPlatform().routes().get(0);
    }

    static JsonNode audit(Request request) throws Exception {
        Response response = route().handler().handle(request);
        assertThat(response.status()).isEqualTo(200);
        JsonNode answer = MAPPER.readTree(FakeRequest.CODEC.encode(((Response.Body.Json) response.body()).value()));
        requireNumbers(answer);
        return answer;
    }

    /** No value is a text where the OpenAPI document says number or null, and what is null has a reason. */
    private static void requireNumbers(JsonNode node) {
        node.properties().stream()
                .filter(member -> NUMBERS.contains(member.getKey()))
                .forEach(member -> assertThat(member.getValue().isNumber()
                                || member.getValue().isNull())
                        .as("%s: %s", member.getKey(), member.getValue())
                        .isTrue());
        if (node.has("value") && (node.get("value").isNull() || node.get("high").isNull())) {
            assertThat(node.get("reason").isTextual()).as("%s", node).isTrue();
        }
        node.forEach(Audits::requireNumbers);
    }

    static ProblemException refusal(Request request) {
        return catchThrowableOfType(
                ProblemException.class, () -> route().handler().handle(request));
    }

    static JsonNode group(JsonNode audit, String name) {
        return named(audit.get("groups"), name);
    }

    static JsonNode comparison(JsonNode audit, String name) {
        return named(audit.get("comparisons"), name);
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode node : list) {
            if (node.get("group").asText().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no group " + name + " in " + list);
    }

    /** Equal to a value that was printed with six decimals. */
    static void assertPrinted(JsonNode actual, double expected) {
        assertThat(actual.isNumber()).as("number: %s", actual).isTrue();
        assertThat(actual.asDouble()).isCloseTo(expected, within(5.000001e-7));
    }

    static void assertMeasure(JsonNode measure, double value, double low, double high) {
        assertPrinted(measure.get("value"), value);
        assertPrinted(measure.get("low"), low);
        assertPrinted(measure.get("high"), high);
        assertThat(measure.get("reason").isNull()).isTrue();
    }

    static void assertUndefined(JsonNode measure, String reason) {
        assertThat(measure.get("value").isNull()).isTrue();
        assertThat(measure.get("low").isNull()).isTrue();
        assertThat(measure.get("high").isNull()).isTrue();
        assertThat(measure.get("reason").asText()).contains(reason);
    }
}
