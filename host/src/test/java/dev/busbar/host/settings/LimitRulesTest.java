package dev.busbar.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.limits.LimitSettings.By;
import dev.busbar.host.limits.LimitSettings.Kind;
import dev.busbar.host.limits.LimitSettings.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sections {@code limits} and {@code plans} of the configuration. */
final class LimitRulesTest {
    @TempDir
    private Path home;

    private LimitSettings load(String... arguments) {
        return HostSettings.load(new Sources(Map.of(), List.of(arguments), home))
                .traffic()
                .limits();
    }

    private LimitSettings load(Map<String, String> variables) {
        return HostSettings.load(new Sources(variables, List.of(), home))
                .traffic()
                .limits();
    }

    private Path write(String yaml) throws Exception {
        return Files.writeString(home.resolve("limits.yaml"), yaml);
    }

    @ParameterizedTest
    @CsvSource({"development, 1000000", "staging, 1000", "production, 1000"})
    void without_any_there_is_one_for_each_principal(String environment, long limit) {
        LimitSettings limits = load("--env=" + environment);

        assertThat(limits.policies()).containsExactly(Map.entry("default", Policy.perSecond(limit)));
        assertThat(limits.planNames()).containsExactly("default");
        assertThat(limits.subjects()).isEqualTo(100_000);
    }

    @Test
    void the_one_that_is_there_can_be_set_by_a_variable() {
        Policy policy =
                load(Map.of("BUSBAR_LIMITS_DEFAULT_LIMIT", "50")).policies().get("default");

        assertThat(policy).isEqualTo(Policy.perSecond(50));
    }

    @Test
    void those_that_are_configured_take_its_place() throws Exception {
        Path file = write("""
                limits:
                  subjects: 5000
                  daily:
                    kind: quota
                    limit: 5000
                    by: key
                  reports:
                    kind: concurrency
                    limit: 4
                    platforms: [insights, turbo]
                    enforce: false
                plans:
                  default:
                    policies: [daily, reports]
                  unlimited:
                    policies: []
                """);

        LimitSettings limits = load("--config=" + file);

        assertThat(limits.subjects()).isEqualTo(5_000);
        assertThat(limits.policies())
                .containsOnly(
                        Map.entry(
                                "daily",
                                new Policy(
                                        Kind.QUOTA,
                                        5_000,
                                        Optional.empty(),
                                        Optional.empty(),
                                        By.KEY,
                                        List.of(),
                                        true)),
                        Map.entry(
                                "reports",
                                new Policy(
                                        Kind.CONCURRENCY,
                                        4,
                                        Optional.empty(),
                                        Optional.empty(),
                                        By.PRINCIPAL,
                                        List.of("insights", "turbo"),
                                        false)));
        assertThat(limits.plans())
                .containsOnly(Map.entry("default", List.of("daily", "reports")), Map.entry("unlimited", List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limits.a.limit=0|limits.a.limit = \"0\" (expected: 1 to 1000000000)",
                "--limits.a.limit=-5|limits.a.limit = \"-5\" (expected: 1 to",
                "--limits.a.limit=many|limits.a.limit = \"many\" (expected: a whole number",
                "--limits.a.limit=2000000000|limits.a.limit = \"2000000000\" (expected: 1 to",
                "--limits.a.by=key|limits.a.limit (expected: 1 to",
                "--limits.a.by=nobody|limits.a.by = \"nobody\" (expected: one of key, principal, address, platform",
                "--limits.a.kind=bucket|limits.a.kind = \"bucket\" (expected: one of rate, quota, concurrency",
                "--limits.a.limit=5 --limits.a.burst=0|limits.a.burst = \"0\" (expected: 1 to",
                "--limits.a.limit=5 --limits.a.burst=-1|limits.a.burst = \"-1\" (expected: 1 to",
                "--limits.a.limit=5 --limits.a.window=0s|limits.a.window = \"0s\" (expected: whole seconds, 1s to 31d",
                "--limits.a.limit=5 --limits.a.window=PT-5S|limits.a.window = \"PT-5S\" (expected: whole seconds",
                "--limits.a.limit=5 --limits.a.window=1500ms|limits.a.window = \"1500ms\" (expected: whole seconds",
                "--limits.a.limit=5 --limits.a.window=32d|limits.a.window = \"32d\" (expected: whole seconds",
                "--limits.a.kind=quota --limits.a.limit=5 --limits.a.burst=5|limits.a.burst = \"5\" (expected: nothing",
                "--limits.a.kind=concurrency --limits.a.limit=5 --limits.a.window=1s|limits.a.window = \"1s\" (expected: nothing",
                "--limits.a.limit=5 --limits.a.platforms=*|limits.a.platforms = \"*\" (expected: ids of plugins",
                "--limits.A.limit=5|limits.A.limit = \"5\" (expected: a name such as",
                "--limits.a.limit=5 --limits.a.speed=5|limits.a.speed (expected: a known key",
                "--limits.subjects=1|limits.subjects = \"1\" (expected: 1000 to",
                "--plans.default.policies=default,other|plans.default.policies = \"default,other\" (expected: names of",
                "--plans.gold.policies=default|plans.default.policies (expected: the policies of keys without a plan",
                "--plans.default.policies=|limits.default.limit (expected: to be in a plan",
            })
    void what_is_wrong_is_told_by_its_key(String arguments, String text) {
        assertThatThrownBy(() -> load(arguments.split(" ")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(text);
    }

    @Test
    void a_policy_twice_is_told_with_all_else_that_is_wrong() throws Exception {
        Path file = write("""
                limits:
                  daily:
                    limit: 5
                  daily:
                    limit: 6
                """);

        assertThatThrownBy(() -> load("--config=" + file, "--limits.other.limit=0", "--port=99999"))
                .hasMessageStartingWith("configuration: 3 to correct")
                .hasMessageContaining("each key once; it is also at")
                .hasMessageContaining("limits.other.limit")
                .hasMessageContaining("port");
    }
}
