package dev.busbar.host.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.zafarkhaja.semver.Version;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The terms of a plugin in its manifest. */
final class TermsTest {
    @Test
    void requirements_are_read_with_ranges_and_marks() throws Exception {
        assertThat(Requirement.parseAll(" turbo@>=1.2 & <2 , echoes?, datasets?@1.0.0,", "orders"))
                .containsExactly(
                        new Requirement("turbo", ">=1.2 & <2", false),
                        new Requirement("echoes", "*", true),
                        new Requirement("datasets", "1.0.0", true));
        assertThat(Requirement.parseAll("", "orders")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Turbo",
                "turbo@",
                "turbo@>=banana",
                "turbo@1.0.0 or so",
                "@1.0.0",
                "?",
                "turbo, turbo@1.0.0",
                "orders@1.0.0",
                "turbo;echoes"
            })
    void a_malformed_requirement_is_refused_by_name(String attribute) {
        assertThatThrownBy(() -> Requirement.parseAll(attribute, "orders"))
                .isInstanceOf(InvalidPluginException.class)
                .hasMessageContaining("manifest attribute Plugin-Dependencies: \"")
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.0, 1.2.0, true",
        "1.2.0, 1.3.0, true",
        "1.2.0, 1.1.9, false",
        ">=1.2 & <2, 1.9.9, true",
        ">=1.2 & <2, 2.0.0, false",
        "*, 0.0.1, true",
        "~1.2, 1.2.7, true"
    })
    void a_range_is_met_or_not(String range, String running, boolean met) {
        assertThat(new Requirement("turbo", range, false).isMetBy(Version.parse(running)))
                .isEqualTo(met);
    }

    @Test
    void a_handover_is_one_of_two() throws Exception {
        assertThat(Terms.isExclusive("")).isFalse();
        assertThat(Terms.isExclusive("overlap")).isFalse();
        assertThat(Terms.isExclusive("exclusive")).isTrue();
        assertThatThrownBy(() -> Terms.isExclusive("both"))
                .hasMessage("manifest attribute Busbar-Handover: \"both\" (expected: overlap or exclusive)");
    }

    @Test
    void permissions_are_read_as_they_are_written() throws Exception {
        assertThat(RequestedPermissions.parse("turbo:read, datasets:write,echoes:apply , *:read"))
                .containsExactly("turbo:read", "datasets:write", "echoes:apply", "*:read");
        assertThat(RequestedPermissions.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "turbo",
                "turbo:",
                ":read",
                "Turbo:read",
                "turbo:read,",
                "turbo:read datasets:read",
                "turbo:read, turbo:read",
                "host:keys",
                "host:*",
                "turbo:read:write",
                "../x:read"
            })
    void malformed_permissions_are_refused(String attribute) {
        assertThatThrownBy(() -> RequestedPermissions.parse(attribute))
                .isInstanceOf(InvalidPluginException.class)
                .hasMessageContaining("manifest attribute Busbar-Permissions: \"")
                .hasMessageContaining("(expected: ");
    }

    @Test
    void too_many_permissions_are_refused() {
        String many = IntStream.range(0, 51).mapToObj(i -> "turbo:a" + i).collect(Collectors.joining(","));

        assertThatThrownBy(() -> RequestedPermissions.parse(many)).hasMessageContaining("51 permissions");
    }

    @Test
    void state_is_read_with_what_can_be_read_of_it() throws Exception {
        assertThat(StateSchemas.parse("")).isEqualTo(StateSchemas.NONE);
        assertThat(StateSchemas.parse("3")).isEqualTo(new StateSchemas(3, 3, 3));
        assertThat(StateSchemas.parse("3 reads 2-4")).isEqualTo(new StateSchemas(3, 2, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3 reads 1-2", "3 reads 4-5", "three", "3 reads", "3 reads 2", "99999999999"})
    void malformed_state_is_refused(String attribute) {
        assertThatThrownBy(() -> StateSchemas.parse(attribute))
                .hasMessageContaining("manifest attribute Busbar-State: \"" + attribute + "\" (expected: ");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false", "2, true", "3, true", "4, false"})
    void only_state_within_what_it_reads_can_be_gone_on_with(int schema, boolean can) throws Exception {
        assertThat(StateSchemas.parse("3 reads 2-3").canRead(schema)).isEqualTo(can);
        assertThat(StateSchemas.NONE.canRead(schema)).isTrue();
    }
}
