package dev.busbar.host.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permitted and look-alike origins. */
final class OriginsTest {
    private static final Origins GOOD = Origins.of(
            List.of("https://good.com", "https://other.com:8443", "https://*.team.org", "http://[::1]:3000"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://good.com",
                "https://other.com:8443",
                "https://a.team.org",
                "https://a-1.team.org",
                "http://[::1]:3000"
            })
    void what_is_listed_passes(String origin) {
        assertThat(GOOD.permit(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "*",
                "https://good.com.evil",
                "https://good.com.evil.org",
                "https://evilgood.com",
                "http://good.com",
                "https://good.com:443",
                "https://good.com:8443",
                "https://other.com",
                "https://GOOD.com",
                "HTTPS://good.com",
                "https://good.com.",
                "https://good.com/",
                " https://good.com",
                "https://g\u043e\u043ed.com",
                "https://xn--gd-vmca.com",
                "https://user@good.com",
                "https://good.com https://evil.org",
                "https://good.com, https://evil.org",
                "https://team.org",
                "https://.team.org",
                "https://-.team.org",
                "https://a.b.team.org",
                "https://evil.org/.team.org",
                "https://evil.org#.team.org",
                "https://evil.org\\.team.org",
                "https://a.team.org.evil.org",
                "https://a.team.org:8443",
                "https://ateam.org"
            })
    void what_is_not_listed_does_not(String origin) {
        assertThat(GOOD.permit(origin)).isFalse();
    }

    @Test
    void null_is_permitted_if_listed_and_a_star_permits_all() {
        assertThat(Origins.of(List.of("null")).permit("null")).isTrue();
        assertThat(Origins.of(List.of("*")).permit("https://anything.example")).isTrue();
        assertThat(Origins.of(List.of()).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "good.com",
                "https://good.com/",
                "https://good.com/path",
                "https://Good.com",
                "https://good.com:443",
                "http://good.com:80",
                "https://*",
                "https://*.com",
                "https://*good.com",
                "https://a.*.com",
                "https://**.good.com",
                "https://good.com:*",
                "ftp://good.com",
                "https://user@good.com",
                "https://.*",
                "https://^good.com$",
                "https://g\u00f6\u00f6d.com",
                ""
            })
    void an_invalid_origin_is_rejected_by_name(String entry) {
        assertThatThrownBy(() -> Origins.of(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + entry + "\" is not one");
    }
}
