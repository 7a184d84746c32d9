package dev.busbar.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CodecTest {
    private enum Order {
        RISING,
        FALLING;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Codec<Integer> LIMIT = Codec.INT.min(1).max(500);

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(Codec.STRING, " a", " a"),
                arguments(Codec.INT, "-7", -7),
                arguments(Codec.LONG, "9223372036854775807", Long.MAX_VALUE),
                arguments(Codec.DOUBLE, "-1.5e3", -1500.0),
                arguments(Codec.BOOLEAN, "true", true),
                arguments(
                        Codec.UUID,
                        "0192e4a6-5f3c-7b1e-9c55-8a61f0b1d2aa",
                        UUID.fromString("0192e4a6-5f3c-7b1e-9c55-8a61f0b1d2aa")),
                arguments(Codec.INSTANT, "2026-01-31T12:00:00Z", Instant.parse("2026-01-31T12:00:00Z")),
                arguments(Codec.DATE, "2026-01-31", LocalDate.of(2026, 1, 31)),
                arguments(Codec.DURATION, "PT10S", Duration.ofSeconds(10)),
                arguments(Codec.ofEnum(Order.class), "FALLING", Order.FALLING),
                arguments(Codec.ofEnum(Order.class, Order::text), "falling", Order.FALLING));
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void a_value_is_read_and_written(Codec<T> codec, String text, T value) {
        assertThat(codec.parse(text)).isEqualTo(value);
        assertThat(codec.parse(codec.write(value))).isEqualTo(value);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments(Codec.INT, "7.0", "\"7.0\" (expected: an integer)"),
                arguments(Codec.INT, "2147483648", "\"2147483648\" (expected: an integer)"),
                arguments(Codec.INT, "", "\"\" (expected: an integer)"),
                arguments(Codec.INT, "٣", "\"٣\" (expected: an integer)"),
                arguments(LIMIT, "0", "\"0\" (expected: an integer from 1 to 500)"),
                arguments(LIMIT, "501", "\"501\" (expected: an integer from 1 to 500)"),
                arguments(Codec.LONG.min(1L), "0", "\"0\" (expected: an integer of at least 1)"),
                arguments(Codec.LONG.max(1L), "2", "\"2\" (expected: an integer of at most 1)"),
                arguments(Codec.DOUBLE, "NaN", "\"NaN\" (expected: a number)"),
                arguments(Codec.DOUBLE, "1e999", "\"1e999\" (expected: a number)"),
                arguments(Codec.DOUBLE, "1d", "\"1d\" (expected: a number)"),
                arguments(Codec.BOOLEAN, "TRUE", "\"TRUE\" (expected: true or false)"),
                arguments(Codec.UUID, "1-1-1-1-1", "\"1-1-1-1-1\" (expected: a UUID)"),
                arguments(Codec.INSTANT, "2026", "\"2026\" (expected: a time such as 2026-01-31T12:00:00Z)"),
                arguments(Codec.DATE, "31.1.2026", "\"31.1.2026\" (expected: a date such as 2026-01-31)"),
                arguments(
                        Codec.DATE.min(LocalDate.EPOCH),
                        "1969-12-31",
                        "\"1969-12-31\" (expected: a date such as 2026-01-31 of at least 1970-01-01)"),
                arguments(Codec.DURATION, "10", "\"10\" (expected: a duration such as PT10S)"),
                arguments(Codec.STRING.oneOf("a", "b"), "c", "\"c\" (expected: one of a, b)"),
                arguments(
                        Codec.ofEnum(Order.class, Order::text),
                        "RISING",
                        "\"RISING\" (expected: one of rising, falling)"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void a_text_that_does_not_fit_is_rejected_with_what_was_expected(Codec<?> codec, String text, String message) {
        assertThatThrownBy(() -> codec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void a_long_text_is_not_repeated_in_full() {
        assertThatThrownBy(() -> Codec.INT.parse("x".repeat(5_000)))
                .hasMessageContaining("(5000 characters)")
                .message()
                .hasSizeLessThan(150);
    }

    @Test
    void a_codec_of_ones_own_says_what_it_expects() {
        Codec<Locale> language = Codec.of("a language such as de", CodecTest::language, Locale::toLanguageTag);

        assertThat(language.parse("de")).isEqualTo(Locale.GERMAN);
        assertThat(language.write(Locale.GERMAN)).isEqualTo("de");
        assertThat(language.kind()).isEqualTo(Codec.Kind.STRING);
        assertThatThrownBy(() -> language.parse("klingon")).hasMessage("\"klingon\" (expected: a language such as de)");
    }

    private static Locale language(String tag) {
        if (tag.length() != 2) {
            throw new IllegalArgumentException(tag);
        }
        return Locale.forLanguageTag(tag);
    }

    @Test
    void a_codec_of_ones_own_that_breaks_is_no_fault_of_the_client() {
        Codec<String> broken = Codec.of("a word", text -> {
            throw new IllegalStateException("a bug");
        });

        assertThatThrownBy(() -> broken.parse("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bounds_that_cannot_be_are_rejected() {
        assertThatThrownBy(() -> Codec.STRING.min("a")).hasMessageContaining("codec min of a string (expected:");
        assertThatThrownBy(() -> Codec.INT.min(5).max(4)).hasMessage("codec min: 5 (expected: at most 4, its max)");
        assertThatThrownBy(() -> Codec.STRING.oneOf()).hasMessageContaining("expected: at least one");
    }

    @Test
    void codecs_with_the_same_values_are_equal() {
        assertThat(LIMIT)
                .isEqualTo(Codec.INT.max(500).min(1))
                .hasSameHashCodeAs(Codec.INT.max(500).min(1))
                .isNotEqualTo(Codec.INT);
        assertThat(LIMIT.min()).contains(1);
        assertThat(LIMIT.max()).contains(500);
        assertThat(Codec.STRING.oneOf("a").allowed()).containsExactly("a");
    }
}
