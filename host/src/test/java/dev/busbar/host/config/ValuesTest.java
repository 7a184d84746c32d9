package dev.busbar.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "10s,PT10S", "5m,PT5M", "2h,PT2H", "1d,PT24H", "PT1M30S,PT1M30S"})
    void durations_have_a_unit(String text, Duration duration) {
        assertThat(Values.parse(Duration.class, text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10 s", "s", "1.5h", "-1s", "1w", "99999999999999s"})
    void what_is_no_duration_is_refused(String text) {
        assertThatThrownBy(() -> Values.parse(Duration.class, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a duration such as");
    }

    @Test
    void other_text_that_does_not_fit_is_refused() {
        assertThatThrownBy(() -> Values.parse(int.class, "5000000000")).hasMessage("a whole number");
        assertThatThrownBy(() -> Values.parse(long.class, "1.0")).hasMessage("a whole number");
        assertThatThrownBy(() -> Values.parse(double.class, "x")).hasMessage("a number");
        assertThatThrownBy(() -> Values.parse(double.class, "NaN")).hasMessage("a finite number");
        assertThatThrownBy(() -> Values.parse(boolean.class, "yes")).hasMessage("true or false");
        assertThatThrownBy(() -> Values.parse(Path.class, "a\0b")).hasMessage("a path");
    }

    @Test
    void a_type_that_no_setting_can_have_is_a_mistake_of_the_program() {
        assertThatThrownBy(() -> Values.parse(Thread.class, "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_joined_list_is_split_as_it_was() {
        List<String> elements = List.of("a", "b,c", "d e");

        assertThat(Values.split(Values.join(elements))).isEqualTo(elements);
        assertThat(Values.split(" a , ,b")).containsExactly("a", "b");
    }
}
