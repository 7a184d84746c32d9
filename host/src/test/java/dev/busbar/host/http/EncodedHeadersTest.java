package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields are encoded once, and that none of them can carry more than itself. */
final class EncodedHeadersTest {
    private final EncodedHeaders fields = new EncodedHeaders();

    @Test
    void what_is_said_again_and_again_is_encoded_once() {
        HttpField first = fields.of("content-type", "application/json");

        assertThat(first).isInstanceOf(PreEncodedHttpField.class);
        assertThat(first.getHeader()).isEqualTo(HttpHeader.CONTENT_TYPE);
        assertThat(first.getValue()).isEqualTo("application/json");
        assertThat(fields.of("content-type", "application/json")).isSameAs(first);
        assertThat(fields.of("content-type", "text/plain").getValue()).isEqualTo("text/plain");
    }

    @Test
    void what_changes_each_time_is_not_kept() {
        HttpField age = fields.of("age", "7");
        HttpField own = fields.of("x-own", "a");

        assertThat(age).isNotInstanceOf(PreEncodedHttpField.class);
        assertThat(age.getHeader()).isEqualTo(HttpHeader.AGE);
        assertThat(own.getHeader()).isNull();
        assertThat(own.getName()).isEqualTo("x-own");
        assertThat(fields.of("x-own", "a")).isNotSameAs(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nset-cookie: b", "a\u0000b", "\u010d\u010a", "a\tb"})
    void what_could_end_a_field_is_left_to_the_server_to_clean(String value) {
        assertThat(fields.of("vary", value)).isNotInstanceOf(PreEncodedHttpField.class);
    }

    @Test
    void ever_new_values_are_not_all_kept() {
        for (int i = 0; i < 1000; i++) {
            assertThat(fields.of("vary", "x" + i).getValue()).isEqualTo("x" + i);
        }

        assertThat(fields.of("vary", "x0")).isInstanceOf(PreEncodedHttpField.class);
        assertThat(fields.of("vary", "x999")).isNotInstanceOf(PreEncodedHttpField.class);
        assertThat(fields.of("cache-control", "x".repeat(1000))).isNotInstanceOf(PreEncodedHttpField.class);
    }
}
