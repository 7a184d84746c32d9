package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
