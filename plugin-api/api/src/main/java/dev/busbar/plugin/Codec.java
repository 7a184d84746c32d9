package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text form of the values of a {@link Parameter}: how a value is read, which values are allowed, and how the OpenAPI
 * document describes them. Immutable; each method that changes something returns a copy. Called on the thread of the
 * handler, by many threads at once.
 *
 * <pre>{@code
 * private static final Codec<Money> MONEY = Codec.of("an amount such as 12.50 EUR", Money::parse);
 * }</pre>
 *
 * @param <T> the type of the values
 */
public final class Codec<T> {
    private static final int MAX_QUOTED = 60;
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,19}");
    private static final Pattern DECIMAL =
            Pattern.compile("-?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,3})?");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

    /** Any text. */
    public static final Codec<String> STRING = of("a string", text -> text);
    /** A decimal integer of 32 bits. */
    public static final Codec<Integer> INT =
            number(Kind.INTEGER, "int32", "an integer", text -> Integer.valueOf(matching(INTEGER, text)));
    /** A decimal integer of 64 bits. */
    public static final Codec<Long> LONG =
            number(Kind.INTEGER, "int64", "an integer", text -> Long.valueOf(matching(INTEGER, text)));
    /** A decimal number. */
    public static final Codec<Double> DOUBLE = number(Kind.NUMBER, "double", "a number", Codec::decimal);
    /** {@code true} or {@code false}. */
    public static final Codec<Boolean> BOOLEAN =
            new Codec<>(new Form<>(Kind.BOOLEAN, "", "true or false", Codec::flag, String::valueOf), Range.all());
    /** A UUID of 36 characters. Where it is imported statically, the class {@link java.util.UUID} needs its full name. */
    public static final Codec<java.util.UUID> UUID = new Codec<>(
            new Form<>(
                    Kind.STRING,
                    "uuid",
                    "a UUID",
                    text -> java.util.UUID.fromString(matching(HEX, text)),
                    String::valueOf),
            Range.all());
    /** A point in time with its offset (RFC 3339), such as {@code 2026-01-31T12:00:00Z}. */
    public static final Codec<Instant> INSTANT =
            time("date-time", "a time such as 2026-01-31T12:00:00Z", Instant::parse);
    /** A day without an offset, such as {@code 2026-01-31}. */
    public static final Codec<LocalDate> DATE = new Codec<>(
            new Form<>(Kind.STRING, "date", "a date such as 2026-01-31", LocalDate::parse, String::valueOf),
            new Range<>(LocalDate::compareTo, null, null, List.of()));
    /** A duration (ISO 8601), such as {@code PT10S}. */
    public static final Codec<Duration> DURATION = time("duration", "a duration such as PT10S", Duration::parse);

    private final Form<T> form;
    private final Range<T> range;

    /** The JSON type of a value in the OpenAPI document. */
    public enum Kind {
        /** A string. */
        STRING,
        /** A number without a fraction. */
        INTEGER,
        /** A number. */
        NUMBER,
        /** A boolean. */
        BOOLEAN
    }

    private record Form<T>(
            Kind kind, String format, String expected, Function<String, T> parse, Function<T, String> write) {}

    private record Range<T>(
            @Nullable Comparator<T> order,
            @Nullable T min,
            @Nullable T max,
            List<T> allowed) {
        static <T> Range<T> all() {
            return new Range<>(null, null, null, List.of());
        }

        boolean contains(T value) {
            Comparator<T> by = order;
            boolean below = by != null && min != null && by.compare(value, min) < 0;
            boolean above = by != null && max != null && by.compare(value, max) > 0;
            return !below && !above && (allowed.isEmpty() || allowed.contains(value));
        }
    }

    private Codec(Form<T> form, Range<T> range) {
        this.form = form;
        this.range = range;
    }

    private static <T extends Comparable<T>> Codec<T> number(
            Kind kind, String format, String expected, Function<String, T> parse) {
        return new Codec<>(
                new Form<>(kind, format, expected, parse, String::valueOf),
                new Range<>(Comparator.<T>naturalOrder(), null, null, List.of()));
    }

    private static <T extends Comparable<T>> Codec<T> time(String format, String expected, Function<String, T> parse) {
        return number(Kind.STRING, format, expected, parse);
    }

    /**
     * A codec for values of a plugin's own. They are written by {@code toString()}.
     *
     * @param expected what the text is, such as {@code "an amount such as 12.50 EUR"}; shown to clients
     * @param parse reads a text; throws {@link IllegalArgumentException} or {@link DateTimeException} for invalid text
     */
    public static <T> Codec<T> of(String expected, Function<String, T> parse) {
        return of(expected, parse, String::valueOf);
    }

    /**
     * A codec for values of a plugin's own, with the function that writes a default value.
     *
     * @param expected what the text is; shown to clients
     * @param parse reads a text; throws {@link IllegalArgumentException} or {@link DateTimeException} for invalid text
     * @param write writes a value as {@code parse} reads it
     */
    public static <T> Codec<T> of(String expected, Function<String, T> parse, Function<T, String> write) {
        requireNonNull(expected, "expected");
        requireNonNull(parse, "parse");
        requireNonNull(write, "write");
        return new Codec<>(new Form<>(Kind.STRING, "", expected, parse, write), Range.all());
    }

    /** A codec for the constants of an enum, written as JSON writes them: by their names. */
    public static <E extends Enum<E>> Codec<E> ofEnum(Class<E> type) {
        return ofEnum(type, Enum::name);
    }

    /** A codec for the constants of an enum, with the text of each. */
    public static <E extends Enum<E>> Codec<E> ofEnum(Class<E> type, Function<E, String> text) {
        List<E> constants = List.of(type.getEnumConstants());
        Function<String, E> parse = value -> constants.stream()
                .filter(constant -> text.apply(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(value));
        Form<E> form = new Form<>(Kind.STRING, "", type.getSimpleName(), parse, text);
        return new Codec<>(form, new Range<>(null, null, null, constants));
    }

    private static String matching(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    /** Without {@code NaN}, infinity, {@code 1d} and {@code 0x1p3}, which {@link Double#parseDouble} takes. */
    private static double decimal(String text) {
        double value = Double.parseDouble(matching(DECIMAL, text));
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /**
     * A copy that allows no value below a minimum.
     *
     * @throws IllegalArgumentException when the values have no order, or it is above the maximum
     */
    public Codec<T> min(T min) {
        return ranged("min", new Range<>(range.order(), requireNonNull(min, "min"), range.max(), range.allowed()));
    }

    /**
     * A copy that allows no value above a maximum.
     *
     * @throws IllegalArgumentException when the values have no order, or it is below the minimum
     */
    public Codec<T> max(T max) {
        return ranged("max", new Range<>(range.order(), range.min(), requireNonNull(max, "max"), range.allowed()));
    }

    private Codec<T> ranged(String what, Range<T> changed) {
        Comparator<T> order = changed.order();
        if (order == null) {
            throw new IllegalArgumentException(
                    "codec " + what + " of " + form.expected() + " (expected: a codec of numbers, times or durations)");
        }
        if (changed.min() != null && changed.max() != null && order.compare(changed.min(), changed.max()) > 0) {
            throw new IllegalArgumentException("codec min: " + form.write().apply(changed.min())
                    + " (expected: at most " + form.write().apply(changed.max()) + ", its max)");
        }
        return new Codec<>(form, changed);
    }

    /**
     * A copy that allows these values only.
     *
     * @throws IllegalArgumentException when no value is given
     */
    @SafeVarargs
    public final Codec<T> oneOf(T... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("codec values: [] (expected: at least one)");
        }
        List<T> allowed = new ArrayList<>();
        for (T value : values) {
            allowed.add(value);
        }
        return new Codec<>(form, new Range<>(range.order(), range.min(), range.max(), List.copyOf(allowed)));
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException when the text is no value, or one that is not allowed; the message names both the
     *     text and what was expected, for the client
     */
    public T parse(String text) {
        T value;
        try {
            value = form.parse().apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(misfit(text), e);
        }
        if (!range.contains(value)) {
            throw new IllegalArgumentException(misfit(text));
        }
        return value;
    }

    private String misfit(String text) {
        String shown = text.length() <= MAX_QUOTED
                ? '"' + text + '"'
                : '"' + text.substring(0, MAX_QUOTED) + "…\" (" + text.length() + " characters)";
        return shown + " (expected: " + expected() + ")";
    }

    /** The text of a value, as {@link #parse} reads it. */
    public String write(T value) {
        return form.write().apply(value);
    }

    /** The values in words, such as {@code an integer from 1 to 500}. */
    public String expected() {
        if (!range.allowed().isEmpty()) {
            return range.allowed().stream().map(form.write()).collect(joining(", ", "one of ", ""));
        }
        T min = range.min();
        T max = range.max();
        if (min != null && max != null) {
            return form.expected() + " from " + write(min) + " to " + write(max);
        }
        String bound = min != null ? " of at least " + write(min) : max != null ? " of at most " + write(max) : "";
        return form.expected() + bound;
    }

    /** The JSON type of the values. */
    public Kind kind() {
        return form.kind();
    }

    /** The format of the values, as JSON Schema and OpenAPI name it, such as {@code int32}; empty where there is none. */
    public String format() {
        return form.format();
    }

    /** The minimum; empty where there is none. */
    public Optional<T> min() {
        return Optional.ofNullable(range.min());
    }

    /** The maximum; empty where there is none. */
    public Optional<T> max() {
        return Optional.ofNullable(range.max());
    }

    /** The only values that are allowed, in order; empty where they are not listed. */
    public List<T> allowed() {
        return range.allowed();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Codec<?> that && form.equals(that.form) && range.equals(that.range);
    }

    @Override
    public int hashCode() {
        return Objects.hash(form, range);
    }

    @Override
    public String toString() {
        return expected();
    }
}
