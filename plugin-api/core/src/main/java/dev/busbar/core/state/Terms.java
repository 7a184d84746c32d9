package dev.busbar.core.state;

import dev.busbar.plugin.Codec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The stored form of the values of fields: bytes whose order is that of the values, as a string of characters below 256.
 * Numbers, times and durations have one form, in which a field may change its type; all else is text, by code points.
 * Stateless.
 */
final class Terms {
    /** Greater than every term. */
    static final String ABOVE_ALL = "\u00ff";

    private static final int MAX_BYTES = 512;
    private static final char NUMBER = 'n';
    private static final char TEXT = 't';
    private static final int NANO_DIGITS = 9;

    private Terms() {}

    /** The least term that is greater than another one. */
    static String after(String term) {
        return term + '\0';
    }

    /**
     * The term of a value of a document.
     *
     * @param place the field, for the message
     * @throws IllegalArgumentException when it is too long
     */
    static <V> String of(String place, Codec<V> codec, V value) {
        String term = number(value).map(Terms::of).orElseGet(() -> TEXT + latin(codec.write(value)));
        if (term.length() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    place + ": " + term.length() + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        return term;
    }

    /**
     * The term of a value in a query, which may be of another type as long as its text is one of the field.
     *
     * @throws IllegalArgumentException when it is no value of the field
     */
    @SuppressWarnings("unchecked") // the text of the value is read again
    static <V> String asked(String place, Codec<V> codec, Object value) {
        V own;
        try {
            own = codec.parse(value instanceof String text ? text : codec.write((V) value));
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(
                    place + ": a " + value.getClass().getName() + " (expected: " + codec.expected() + ")", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
        return of(place, codec, own);
    }

    private static Optional<BigDecimal> number(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return Optional.of(BigDecimal.valueOf(((Number) value).longValue()));
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? Optional.of(BigDecimal.valueOf(number)) : Optional.empty();
        }
        if (value instanceof BigDecimal number) {
            return Optional.of(number);
        }
        if (value instanceof BigInteger number) {
            return Optional.of(new BigDecimal(number));
        }
        if (value instanceof Instant time) {
            return Optional.of(seconds(time.getEpochSecond(), time.getNano()));
        }
        if (value instanceof Duration duration) {
            return Optional.of(seconds(duration.getSeconds(), duration.getNano()));
        }
        return Optional.empty();
    }

    private static BigDecimal seconds(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, NANO_DIGITS));
    }

    /** Sign, exponent and digits; those of a negative number are inverted, with an end that is above all digits. */
    private static String of(BigDecimal number) {
        BigDecimal value = number.stripTrailingZeros();
        if (value.signum() == 0) {
            return NUMBER + "\u0002";
        }
        String digits = value.unscaledValue().abs().toString();
        int exponent = digits.length() - value.scale();
        byte[] biased = ByteBuffer.allocate(Integer.BYTES)
                .putInt(exponent ^ Integer.MIN_VALUE)
                .array();
        String size = new String(biased, StandardCharsets.ISO_8859_1) + digits;
        return value.signum() > 0 ? NUMBER + "\u0003" + size : NUMBER + "\u0001" + inverted(size) + '\u00ff';
    }

    private static String inverted(String text) {
        StringBuilder inverted = new StringBuilder(text.length());
        text.chars().forEach(one -> inverted.append((char) (0xff - one)));
        return inverted.toString();
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
