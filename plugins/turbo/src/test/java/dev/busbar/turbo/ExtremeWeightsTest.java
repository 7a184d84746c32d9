package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.turbo.statistics.Measure;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights of any size that is allowed. {@link Audits#audit} requires that what is documented as a number is a number or
 * null, with a reason.
 */
final class ExtremeWeightsTest {
    private static final String[] DESCRIPTION = {
        "protectedAttribute=g", "privileged=M", "decision=d", "favourable=1", "weight=w", "label=t", "stratum=s"
    };

    @Test
    void a_limit_beyond_the_largest_number_is_null_with_a_reason() throws Exception {
        JsonNode audit = Audits.audit(FakeRequest.csv(
                "g,d,w\nM,1,0.000001\nM,0,1\nX,1,1\n",
                "protectedAttribute=g",
                "privileged=M",
                "decision=d",
                "favourable=1",
                "weight=w"));

        JsonNode ratio = audit.get("comparisons").get(0).get("disparateImpact");
        assertThat(ratio.get("value").isNumber()).isTrue();
        assertThat(ratio.get("low").asDouble()).isZero();
        assertThat(ratio.get("high").isNull()).isTrue();
        assertThat(ratio.get("reason").asText())
                .isEqualTo("the upper limit is beyond the largest number that JSON can carry");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void no_value_is_a_text_where_a_number_or_null_is_documented(long seed) throws Exception {
        Random random = new Random(seed);
        StringBuilder csv = new StringBuilder("g,d,w,t,s\nM,1,1,1,a\n");
        for (int i = 0; i < 12; i++) {
            csv.append(random.nextBoolean() ? "M," : "X,")
                    .append(random.nextInt(2))
                    .append(",1e");
            csv.append(random.nextInt(25) - 12).append(',').append(random.nextInt(2));
            csv.append(random.nextBoolean() ? ",a\n" : ",b\n");
        }

        JsonNode audit = Audits.audit(FakeRequest.csv(csv.toString(), DESCRIPTION));

        assertThat(audit.get("rows").get("read").asInt()).isEqualTo(13);
    }

    @Test
    void what_is_not_finite_is_null_with_a_reason() {
        assertThat(Measure.of(Double.NaN, 0, 1).value()).isNull();
        assertThat(Measure.of(Double.POSITIVE_INFINITY, 0, 1).reason()).startsWith("the value is beyond");
        assertThat(Measure.of(1, Double.NEGATIVE_INFINITY, 2).low()).isNull();
        assertThat(Measure.of(1, 0, Double.NaN).reason()).startsWith("the upper limit is beyond");
    }
}
