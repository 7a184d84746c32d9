package dev.busbar.host.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.host.observe.logging.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoding of access log lines (attack cases 87, 88 and 92). */
final class AccessLineEncoderTest {
    @Test
    void a_line_has_all_members_in_order() {
        JsonNode line = AccessLines.parsed(AccessLines.encoded(AccessLines.of("correlation-1")));

        assertThat(AccessLines.members(line)).isEqualTo(AccessLines.MEMBERS);
        assertThat(line.get("ts").asText()).isEqualTo("2026-11-18T11:06:40.007Z");
        assertThat(line.get("level").asText()).isEqualTo("INFO");
        assertThat(line.get("type").asText()).isEqualTo("access");
        assertThat(line.get("generation").asLong()).isEqualTo(3);
        assertThat(line.get("status").asInt()).isEqualTo(200);
        assertThat(line.get("durationMs").asText()).isEqualTo("1.234");
        assertThat(line.get("handlerMs").decimalValue()).isEqualByComparingTo("1.000");
        assertThat(line.get("traceId").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.get("cache").isNull()).isTrue();
    }

    @Test
    void random_texts_make_one_valid_line_each() {
        Random random = new Random(87);
        AccessLineEncoder encoder = new AccessLineEncoder();
        LineBuffer buffer = new LineBuffer();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String text = hostile(random);
            texts.add(text);
            encoder.encode(AccessLines.of("c", text, text), buffer);
        }

        List<String> lines =
                new String(bytes(buffer), StandardCharsets.UTF_8).lines().toList();

        assertThat(lines).hasSameSizeAs(texts);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i).codePoints()).noneMatch(AccessLineEncoderTest::isMoreThanText);
            JsonNode line = AccessLines.parsed(lines.get(i));
            assertThat(AccessLines.members(line)).isEqualTo(AccessLines.MEMBERS);
            assertThat(line.get("path").asText()).isEqualTo(paired(texts.get(i)));
            assertThat(line.get("userAgent").asText()).isEqualTo(paired(texts.get(i)));
        }
    }

    private static byte[] bytes(LineBuffer buffer) {
        byte[] bytes = new byte[buffer.length()];
        buffer.content().get(bytes);
        return bytes;
    }

    private static boolean isMoreThanText(int c) {
        return Character.getType(c) == Character.CONTROL || c == 0x2028 || c == 0x2029 || c == 0x202e;
    }

    private static String hostile(Random random) {
        String interesting = "\"\\\n\r\t\u0000\u001b\u007f\u0085\u2028\u2029\u202e\ud800\udc00\uffff{},:$a/";
        StringBuilder text = new StringBuilder("/");
        for (int i = random.nextInt(60); i >= 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? interesting.charAt(random.nextInt(interesting.length()))
                            : (char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    /** A text with every unpaired surrogate replaced. */
    private static String paired(String text) {
        StringBuilder paired = new StringBuilder();
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                .forEach(paired::appendCodePoint);
        return paired.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "'a\r\nb', a\\u000d\\u000ab",
        "'\u001b[31mred', \\u001b[31mred",
        "'a\u2028b', a\\u2028b",
        "'a\"b\\c', a\\\"b\\\\c",
        "'\"}\n{\"type\":\"access\"', '\\\"}\\u000a{\\\"type\\\":\\\"access\\\"'",
        "größer, größer",
        "'${jndi:ldap://evil/a} {} %s', '${jndi:ldap://evil/a} {} %s'",
    })
    void special_characters_are_escaped_and_nothing_is_interpolated(String text, String written) {
        assertThat(AccessLines.encoded(AccessLines.of("c", "/", text))).contains("\"userAgent\":\"" + written + "\"}");
    }

    @Test
    void an_unpaired_surrogate_is_replaced() {
        assertThat(AccessLines.encoded(AccessLines.of("c", "/\ud83d\ude00", "\ud800a\udc00")))
                .contains("\"path\":\"/\ud83d\ude00\"", "\"userAgent\":\"\ufffda\ufffd\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            })
    void an_invalid_trace_parent_yields_no_trace_id(String field) {
        assertThat(TraceParent.traceId(field)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/bsb_dev_0123456789_abcdef_xyz/b, /a/[removed]/b",
        "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln ok, Bearer [removed] ok",
        "bsb_dev_0123456789, [removed]",
        "bsb_x eyJ bsb_, bsb_x eyJ bsb_",
        "/plain, /plain",
    })
    void credentials_are_redacted(String text, String left) {
        assertThat(OneLine.redacted(text)).isEqualTo(left);
    }
}
