package dev.busbar.host.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Conversion of text into the types of a settings record. An invalid value is an {@link IllegalArgumentException} whose
 * message is the expectation alone, without the value. Stateless.
 */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Pattern SEPARATOR = Pattern.compile("(?<!\\\\),");

    private static final Map<Class<?>, Function<String, Object>> PARSERS = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(int.class, Values::integer),
            Map.entry(Integer.class, Values::integer),
            Map.entry(long.class, Values::longInteger),
            Map.entry(Long.class, Values::longInteger),
            Map.entry(double.class, Values::number),
            Map.entry(Double.class, Values::number),
            Map.entry(boolean.class, Values::bool),
            Map.entry(Boolean.class, Values::bool),
            Map.entry(Duration.class, Values::duration),
            Map.entry(Path.class, Values::path));

    private Values() {}

    static Object parse(Class<?> type, String text) {
        Function<String, Object> parser = PARSERS.get(type);
        if (parser != null) {
            return parser.apply(text);
        }
        if (type.isEnum()) {
            return constant(type, text);
        }
        throw new IllegalStateException("settings type: " + type.getName() + " (expected: one of " + PARSERS.keySet()
                + ", an enum, or Optional or List of one)");
    }

    /** One text for a list, so that every layer can set one. */
    static String join(List<String> elements) {
        return elements.stream().map(element -> element.replace(",", "\\,")).collect(Collectors.joining(","));
    }

    /** The elements of a list: separated by commas, spaces around them cut. */
    static List<String> split(String text) {
        return Arrays.stream(SEPARATOR.split(text))
                .map(element -> element.replace("\\,", ",").strip())
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static Object integer(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a whole number", e);
        }
    }

    private static Object longInteger(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a whole number", e);
        }
    }

    private static Object number(String text) {
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number", e);
        }
        throw new IllegalArgumentException("a finite number");
    }

    private static Object bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static Object duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        try {
            return matcher.matches()
                    ? duration(Long.parseLong(matcher.group(1)), matcher.group(2))
                    : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a duration such as 250ms, 10s, 5m, 2h, 1d or PT10S", e);
        }
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Object path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("a path", e);
        }
    }

    private static Object constant(Class<?> type, String text) {
        Object[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> written(constant).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("one of "
                        + Arrays.stream(constants).map(Values::written).collect(Collectors.joining(", "))));
    }

    /** {@code TLS_ONLY} is written {@code tls-only}. */
    private static String written(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
