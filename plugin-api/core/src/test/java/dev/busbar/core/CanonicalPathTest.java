package dev.busbar.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.plugin.ProblemException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a, /a",
        "/a/b, /a/b",
        "/a/, /a/",
        "/api/hello/Ada%20Lovelace, /api/hello/Ada Lovelace",
        "/%41, /A",
        "/caf%C3%A9, /café",
        "/%F0%9F%98%80, /😀",
        "/100%25, /100%",
        "/a%3Fb%23c, /a?b#c",
        "/a.b, /a.b",
        "/.well-known, /.well-known",
        "/..., /...",
        "/a~b_c-d!$&'()*+=:@, /a~b_c-d!$&'()*+=:@",
    })
    void a_clear_path_is_decoded_once(String raw, String value) {
        assertThat(CanonicalPath.parse(raw).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*|does not start with a slash",
                "a|does not start with a slash",
                "//|empty segment",
                "//b|empty segment",
                "/a//b|empty segment",
                "/.|dot segment",
                "/..|dot segment",
                "/a/../b|dot segment",
                "/a/./b|dot segment",
                "/%2e|encoded dot",
                "/a/%2e%2e/b|encoded dot",
                "/a/.%2E/b|encoded dot",
                "/file%2etxt|encoded dot",
                "/a%2fb|encoded slash",
                "/a%2Fb|encoded slash",
                "/a%5cb|encoded backslash",
                "/a\\b|backslash",
                "/a;x=1/b|matrix parameter",
                "/..;/b|matrix parameter",
                "/a%3bx|encoded matrix parameter",
                "/a%00|encoded control byte",
                "/a%0d%0ab|encoded control byte",
                "/a%7f|encoded control byte",
                "/a%C2%85b|encoded control character",
                "/a%E2%80%A8b|encoded control character",
                "/%|broken percent-encoding",
                "/%4|broken percent-encoding",
                "/%4/a|broken percent-encoding",
                "/%zz|broken percent-encoding",
                "/%u0041|broken percent-encoding",
                "/%C0%AE|not UTF-8",
                "/%E0%80%AF|not UTF-8",
                "/%ED%A0%80|not UTF-8",
                "/%FF|not UTF-8",
                "/%F8%88%80%80%AF|not UTF-8",
                "/café|not encoded",
                "/café%20|not encoded",
                "/%１１|not encoded",
            })
    void a_path_that_can_be_read_in_more_than_one_way_is_refused(String raw, String reason) {
        ProblemException refused = refusal(raw);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.name()).isEqualTo("ambiguous-path");
        assertThat(refused.detail()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a b", "/a\u0000", "/a\tb", "/a\r\nb", "/a\u007f"})
    void what_no_request_line_can_hold_is_refused(String raw) {
        assertThat(refusal(raw).name()).isEqualTo("ambiguous-path");
    }

    @Test
    void a_trailing_slash_is_a_last_empty_segment() {
        assertThat(CanonicalPath.parse("/").segments()).containsExactly("");
        assertThat(CanonicalPath.parse("/a/").segments()).containsExactly("a", "");
        assertThat(CanonicalPath.parse("/a").segments()).containsExactly("a");
    }

    @Test
    void what_is_accepted_reads_the_same_again_and_holds_nothing_that_divides_it_otherwise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            String raw = randomPath(random);
            CanonicalPath path;
            try {
                path = CanonicalPath.parse(raw);
            } catch (ProblemException refused) {
                assertThat(refused.name()).isEqualTo("ambiguous-path");
                continue;
            }
            accepted++;
            assertThat(path.value()).as("%s, seed %d", raw, seed).isEqualTo("/" + String.join("/", path.segments()));
            assertThat(CanonicalPath.parse(encode(path)))
                    .as("%s, seed %d", raw, seed)
                    .isEqualTo(path);
            assertThat(path.segments()).as("%s, seed %d", raw, seed).allSatisfy(segment -> {
                assertThat(segment).doesNotContain("/", "\\", ";", "\0", "\n", "\r");
                assertThat(segment).isNotIn(".", "..");
            });
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static String randomPath(Random random) {
        String[] parts = {
            "/",
            "/",
            "a",
            "b",
            ".",
            "..",
            "%2e",
            "%2F",
            "%5c",
            "%00",
            "%25",
            "%32e",
            ";",
            "%3b",
            "\\",
            "%C3%A9",
            "%C3",
            "%A9",
            "%C0%AE",
            "~",
            "-",
            "%41",
            "%7f",
            "%20",
            "%E2%80%A8",
            "é",
            "%",
            "1"
        };
        StringBuilder path = new StringBuilder("/");
        for (int n = random.nextInt(7); n > 0; n--) {
            path.append(parts[random.nextInt(parts.length)]);
        }
        return path.toString();
    }

    private static String encode(CanonicalPath path) {
        return path.segments().stream().map(CanonicalPathTest::encode).collect(Collectors.joining("/", "/", ""));
    }

    private static String encode(String segment) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : segment.getBytes(UTF_8)) {
            boolean plain = octet == '.' || Character.isLetterOrDigit(octet) && octet > 0;
            encoded.append(plain ? String.valueOf((char) octet) : String.format("%%%02X", octet & 0xff));
        }
        return encoded.toString();
    }

    private static ProblemException refusal(String raw) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> CanonicalPath.parse(raw));
        assertThat(refused).as(raw).isNotNull();
        return refused;
    }

    @Test
    void nothing_is_parsed_yet() {
        assertThat(CanonicalPath.NONE.value()).isEmpty();
        assertThat(CanonicalPath.NONE.segments()).isEqualTo(List.of());
    }
}
