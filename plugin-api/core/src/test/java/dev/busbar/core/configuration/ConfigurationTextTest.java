package dev.busbar.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.TypeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration of a platform: its durations, its references, its secrets, and what is said of a misfit. */
final class ConfigurationTextTest {
    @TempDir
    private Path folder;

    record Poll(@Nullable Duration every) {}

    record Limits(
            int refreshSeconds, boolean strict, @Nullable String name) {
        Limits {
            if (refreshSeconds < 1) {
                throw new IllegalArgumentException("refreshSeconds must be 1 or more");
            }
        }
    }

    record Login(
            @Nullable String user,
            @Nullable String password,
            @Nullable List<String> hosts) {}

    private ConfigurationText text(String json, String... secrets) {
        return new ConfigurationText(
                json,
                new JsonCodec(ConfigurationTextTest.class.getClassLoader()),
                new ConfigurationReferences(
                        Map.of("DB_PASSWORD", "s3cr3t value", "BUSBAR_STORE_PASSWORD", "of the host"),
                        Optional.of(folder.resolve("data"))),
                List.of(secrets),
                "PUT /admin/plugins/weather/config");
    }

    private ConfigurationException misfit(String json, Class<?> type) {
        return catchThrowableOfType(
                ConfigurationException.class, () -> text(json).as(TypeRef.of(type)));
    }

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "10s, PT10S", "5m, PT5M", "2h, PT2H", "1d, PT24H", "PT10S, PT10S"})
    void a_duration_is_written_as_in_the_configuration_of_the_host(String written, Duration meant) {
        assertThat(text("{\"every\":\"" + written + "\"}")
                        .as(TypeRef.of(Poll.class))
                        .every())
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10 s", "s", "-5s", "1w", "", "999999999999999999d"})
    void what_is_no_duration_is_refused_with_what_is_one(String written) {
        assertThat(misfit("{\"every\":\"" + written + "\"}", Poll.class))
                .hasMessage(
                        "its configuration does not fit: /every not a duration (expected: such as 250ms, 10s, 5m, 2h,"
                                + " 1d or PT10S); set it with PUT /admin/plugins/weather/config");
    }

    @Test
    void a_configuration_that_was_never_given_is_told_with_what_is_missing_and_where_it_goes() {
        ConfigurationException missing = misfit("", Limits.class);

        assertThat(missing)
                .hasMessage("it has no configuration: /refreshSeconds is missing (expected: int); /strict is missing"
                        + " (expected: boolean); set it with PUT /admin/plugins/weather/config");
        assertThat(missing.isTemporary()).isFalse();
    }

    @Test
    void a_member_that_does_not_fit_is_told_without_a_line_of_a_text_that_nobody_sees() {
        assertThat(misfit("{\"refreshSeconds\":\"x\",\"strict\":true}", Limits.class))
                .hasMessageContaining("/refreshSeconds does not fit the expected type; set it")
                .hasMessageNotContaining("line");
    }

    @Test
    void a_fault_of_the_whole_has_no_blank_where_its_pointer_would_be() {
        assertThat(misfit("{\"refreshSeconds\":0,\"strict\":true}", Limits.class))
                .hasMessageContaining("does not fit: refreshSeconds must be 1 or more");
    }

    @Test
    void references_are_resolved_wherever_a_text_is() throws IOException {
        Path file = Files.writeString(folder.resolve("user"), "anna\n");

        Login login = text("{\"user\":\"${file:" + file
                        + "}\",\"password\":\"${env:DB_PASSWORD}\",\"hosts\":[\"a-${env:DB_PASSWORD}\","
                        + "\"$${env:x}\"]}")
                .as(TypeRef.of(Login.class));

        assertThat(login).isEqualTo(new Login("anna", "s3cr3t value", List.of("a-s3cr3t value", "${env:x}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${env:ABSENT}|/password: ${env:ABSENT} (expected: the variable ABSENT to be set",
                "${env:BUSBAR_STORE_PASSWORD}|(expected: a variable that is not the host's own)",
                "${file:/no/such/file}|(expected: a file of at most 65536 bytes that the host can read)",
                "${file:relative}|(expected: an absolute path)",
                "${file:/proc/self/environ}|(expected: a file outside /proc, /sys and /dev)",
                "${file:/tmp/../proc/self/environ}|(expected: a file outside /proc, /sys and /dev)",
                "${file:/sys/kernel/mm/transparent_hugepage/enabled}|(expected: a file",
                "${env:OPEN|(expected: ${file:/path} or ${env:NAME}; $${env: for a plain ${env:)"
            })
    void a_reference_that_cannot_be_resolved_is_told_with_its_place(String reference, String why) {
        ConfigurationException unresolved = misfit("{\"password\":\"" + reference + "\"}", Login.class);

        assertThat(unresolved).hasMessageContaining(why).hasMessageNotContaining("of the host\"");
        assertThat(unresolved.isTemporary()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dear ${name}", "${}", "${open", "$${x}", "${ENV:x}", "${environment}", "$", "${"})
    void a_text_that_is_no_reference_is_left_as_it_is(String written) {
        assertThat(text("{\"user\":\"" + written + "\"}")
                        .as(TypeRef.of(Login.class))
                        .user())
                .isEqualTo(written);
    }

    @Test
    void a_file_is_read_up_to_its_max_size() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x".repeat(65536));
        String json = "{\"user\":\"${file:" + file + "}\"}";

        assertThat(text(json).as(TypeRef.of(Login.class)).user()).hasSize(65536);
        Files.writeString(file, "x".repeat(65537));
        assertThat(misfit(json, Login.class)).hasMessageContaining("a file of at most 65536 bytes");
    }

    @Test
    void a_file_of_the_system_is_refused_through_a_link_too() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("environ"), Path.of("/proc/self/environ"));

        assertThat(misfit("{\"password\":\"${file:" + link + "}\"}", Login.class))
                .hasMessageContaining("(expected: a file outside /proc, /sys and /dev)");
    }

    @Test
    void a_file_of_the_host_is_refused_through_a_link_too() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path key = Files.writeString(data.resolve("admin.key"), "bsb_key");
        Path link = Files.createSymbolicLink(folder.resolve("link"), key);

        for (Path path : List.of(key, link)) {
            assertThat(misfit("{\"password\":\"${file:" + path + "}\"}", Login.class))
                    .hasMessageContaining("(expected: a file outside the host's data directory)");
        }
    }

    @Test
    void a_secret_is_hidden_in_every_text() {
        ConfigurationText marked =
                text("{\"user\":\"anna\",\"password\":\"hunter22\",\"hosts\":[\"${env:DB_PASSWORD}\"]}", "/password");
        Login login = marked.as(TypeRef.of(Login.class));

        assertThat(login.password()).isEqualTo("hunter22");
        assertThat(marked.hide("cannot log in as anna with hunter22 at s3cr3t value"))
                .isEqualTo("cannot log in as anna with ******** at ********");
    }
}
