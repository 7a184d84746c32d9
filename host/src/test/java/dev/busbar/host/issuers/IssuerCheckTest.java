package dev.busbar.host.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.jwt.Forge;
import dev.busbar.host.settings.HostSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuerCheckTest {
    @TempDir
    private Path home;

    private HostSettings load(Map<String, String> environment, List<String> arguments) {
        return HostSettings.load(new Sources(environment, arguments, home));
    }

    private HostSettings load(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--tokens.issuer=https://busbar.test",
                "--issuers.corp.issuer=https://corp.test",
                "--issuers.corp.audience=https://busbar.test",
                "--issuers.corp.jwks=https://corp.test/keys"));
        for (String argument : arguments) {
            String start = argument.substring(0, argument.indexOf('=') + 1);
            all.removeIf(other -> other.startsWith(start));
            all.add(argument);
        }
        return load(Map.of(), all);
    }

    @Test
    void issuers_are_named_in_a_file_and_variables_add_to_them() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/busbar.yaml"), """
                issuers:
                  corp-eu:
                    issuer: https://corp.test
                    audience: https://busbar.test
                    roles: ["their readers=analyst", "a=b=admin", "a=b=analyst"]
                """);

        HostSettings settings = load(Map.of("BUSBAR_ISSUERS_CORP_EU_JWKS", "https://corp.test/keys"), List.of());

        IssuerSettings corp = settings.identity().issuers().get("corp-eu");
        assertThat(corp.jwks()).isEqualTo("https://corp.test/keys");
        assertThat(corp.mapping().keySet()).containsExactly("a=b", "their readers");
        assertThat(corp.mapping().get("a=b")).containsExactly("admin", "analyst");
        assertThat(corp.algorithms()).containsExactly("RS256");
        assertThat(corp.typ()).containsExactly("at+jwt");
    }

    @Test
    void none_is_trusted_where_none_is_named() {
        assertThat(load(Map.of(), List.of()).identity().issuers()).isEmpty();
        assertThat(load().identity().issuers()).containsOnlyKeys("corp");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "corp.issuer=                       | issuers.corp.issuer",
                "corp.issuer=https://*.test         | issuers.corp.issuer",
                "corp.issuer=https://busbar.test    | another issuer than this host",
                "corp.audience=                     | issuers.corp.audience",
                "corp.audience=*                    | without wildcards",
                "corp.jwks=                         | issuers.corp.jwks",
                "corp.jwks=http://corp.test/keys    | an https URL",
                "corp.jwks=ftp://corp.test/keys     | an https URL",
                "corp.jwks=https://u:p@corp.test/   | an https URL",
                "corp.jwks=https:///keys            | an https URL",
                "corp.jwks=https://corp.test/#x     | an https URL",
                "corp.jwks=https://corp.test:99999/ | an https URL",
                "corp.jwks=https://10.0.0.1/keys    | allowPrivate",
                "corp.jwks=https://[::1]/keys       | allowPrivate",
                "corp.jwks=file:/nowhere/keys.json  | a readable file",
                "corp.typ=                          | issuers.corp.typ",
                "corp.typ=*                         | types in lower case",
                "corp.algorithms=                   | issuers.corp.algorithms",
                "corp.algorithms=RS256,HS256        | shared secrets",
                "corp.algorithms=none               | shared secrets",
                "corp.algorithms=rs256              | issuers.corp.algorithms",
                "corp.roles=reader                  | theirs=ours",
                "corp.roles=reader=Not A Role       | theirs=ours",
                "corp.refresh=1ms                   | 1s to 24h",
                "corp.maxAge=1m                     | at least refresh",
                "corp.nonsense=1                    | a known key",
                "Corp!.issuer=x                     | --section.key=value",
                "CORP.issuer=https://x.test         | a name such as corp-eu",
                "host.issuer=https://x.test         | reserved",
                "twin.issuer=https://corp.test      | each issuer once",
            })
    void what_would_not_work_or_not_be_safe_is_refused(String argument, String expectation) {
        assertThatThrownBy(() -> load("--issuers." + argument))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(expectation);
    }

    @Test
    void all_that_is_wrong_with_all_of_them_is_said_together() {
        assertThatThrownBy(() -> load(
                        "--issuers.corp.audience=*",
                        "--issuers.corp.algorithms=HS256",
                        "--issuers.corp.refresh=soon",
                        "--issuers.other.jwks=http://other.test/"))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.faults())
                        .extracting(ConfigurationException.Fault::key)
                        .contains("issuers.corp.refresh", "issuers.other.issuer", "issuers.other.jwks"));
        assertThatThrownBy(() -> load("--issuers.corp.audience=*", "--issuers.corp.algorithms=HS256"))
                .hasMessageContaining("issuers.corp.audience")
                .hasMessageContaining("issuers.corp.algorithms");
    }

    @Test
    void plain_http_is_for_loopback_in_development() {
        String argument = "--issuers.corp.jwks=http://127.0.0.1:9/keys";

        assertThat(load(argument).identity().issuers()).hasSize(1);
        assertThatThrownBy(() -> load(argument, "--env=production")).hasMessageContaining("an https URL");
    }

    @Test
    void a_file_has_to_hold_keys_that_can_be_used() throws Exception {
        Path file = home.resolve("keys.json");
        for (String bad : List.of(
                "", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}", " ".repeat(300_000))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> load("--issuers.corp.jwks=file:" + file))
                    .hasMessageContaining("issuers.corp.jwks");
        }
        Files.writeString(file, OutsideIssuer.keySet("c1", Forge.OTHER_RSA));
        assertThat(load("--issuers.corp.jwks=file:" + file).identity().issuers())
                .hasSize(1);
        assertThat(load("--issuers.corp.jwks=file://" + file).identity().issuers())
                .hasSize(1);
    }
}
