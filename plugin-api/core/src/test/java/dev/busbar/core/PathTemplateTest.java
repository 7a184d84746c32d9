package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTemplateTest {
    @Test
    void a_template_has_segments_and_named_parameters() {
        PathTemplate template = PathTemplate.parse("/cases/{id}/files/{name}");

        assertThat(template.segments()).containsExactly("cases", "{id}", "files", "{name}");
        assertThat(template.parameters()).containsExactly("id", "name");
        assertThat(template.shape()).isEqualTo("cases/{}/files/{}");
        assertThat(PathTemplate.parse("/").segments()).isEmpty();
    }

    @Test
    void it_matches_whole_segments_that_are_not_empty() {
        PathTemplate template = PathTemplate.parse("/cases/{id}");

        assertThat(template.matches(List.of("cases", "7"))).isTrue();
        assertThat(template.matches(List.of("cases", ""))).isFalse();
        assertThat(template.matches(List.of("cases"))).isFalse();
        assertThat(template.matches(List.of("other", "7"))).isFalse();
        assertThat(template.capture(List.of("cases", "7")))
                .containsEntry("id", "7")
                .hasSize(1);
    }

    @Test
    void a_literal_is_preferred_to_a_parameter_at_the_first_segment_that_differs() {
        assertThat(Stream.of("{}/z/{}", "a/{}/{}", "a/{}/z", "{}/z/z").sorted(PathTemplate.LITERALS_FIRST))
                .containsExactly("a/{}/z", "a/{}/{}", "{}/z/z", "{}/z/{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "/a/",
                "/a//b",
                "/.",
                "/..",
                "/a/../b",
                "/a b",
                "/{}",
                "/{a",
                "/a{b}",
                "/{a}b",
                "/{1}",
                "/{a-b}",
                "/a%20b",
                "/é",
                "/a;b",
                "/{a}/{a}"
            })
    void a_malformed_template_is_refused_by_name(String path) {
        assertThatThrownBy(() -> PathTemplate.parse(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("route path: \"" + path + "\"")
                .hasMessageContaining("expected");
    }
}
