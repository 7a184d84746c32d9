package dev.busbar.host.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accepted host names. */
final class HostNamesTest {
    private static final HostNames NAMES = new HostNames(List.of(
            "localhost",
            "::1",
            "API.example.org",
            "other.org:8443",
            "plain.org:80",
            "10.0.0.5",
            "busbar_app:8080",
            "busbar.local."));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9",
                "[::1]",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]:8080",
                "api.example.org",
                "api.example.org:8080",
                "other.org:8443",
                "plain.org",
                "plain.org:80",
                "10.0.0.5:1",
                "localhost.",
                "busbar_app:8080",
                "busbar.local",
                "busbar.local.:8080"
            })
    void a_listed_name_is_accepted(String authority) {
        assertThat(NAMES.cover(authority, 80)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "evil.org",
                "evil.org:8080",
                "localhost..",
                "busbar_app:8081",
                "localhost.evil.org",
                "xlocalhost",
                "api.example.org.evil.org",
                "other.org",
                "other.org:84430",
                "plain.org:81",
                "10.0.0.6",
                "10.0.5",
                "0x0a.0.0.5",
                "167772165",
                "[::2]",
                "[::1",
                "::1]:80",
                "user@localhost",
                "localhost@evil.org",
                "localhost:80:80",
                "localhost:http",
                "localhost, evil.org",
                "localhost/evil.org",
                "localh\u00f6st"
            })
    void anything_else_is_not(String authority) {
        assertThat(NAMES.cover(authority, 80)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*.example.org",
                "https://a.org",
                "a.org/",
                "a b",
                "",
                "u@a.org",
                "a.org:x",
                "-a.org",
                "a..b"
            })
    void an_invalid_name_is_rejected(String entry) {
        assertThatThrownBy(() -> EdgeSettings.checkHost(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + entry + "\" is not one");
    }
}
