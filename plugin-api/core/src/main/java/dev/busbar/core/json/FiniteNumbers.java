package dev.busbar.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Serializers and deserializers of floating-point numbers. JSON has neither NaN nor infinity: they are written as null, where
 * Jackson would write a text in the place of a number, and neither the text {@code "NaN"} nor a number that is too large is
 * read as a number. May be used from any thread.
 */
public final class FiniteNumbers {
    private FiniteNumbers() {}

    /** A module of its own for each mapper, since mappers keep what they are given. */
    public static Module module() {
        Scalar<Double> doubles = new Scalar<>(Double.class);
        Scalar<Float> floats = new Scalar<>(Float.class);
        return new SimpleModule("finite-numbers")
                .addSerializer(Double.class, doubles)
                .addSerializer(double.class, doubles)
                .addSerializer(Float.class, floats)
                .addSerializer(float.class, floats)
                .addSerializer(double[].class, new Doubles())
                .addSerializer(float[].class, new Floats())
                .addDeserializer(Double.class, new Reader<>(Double.class))
                .addDeserializer(double.class, new Reader<>(double.class))
                .addDeserializer(Float.class, new Reader<>(Float.class))
                .addDeserializer(float.class, new Reader<>(float.class));
    }

    private static void write(double number, JsonGenerator out) throws IOException {
        if (Double.isFinite(number)) {
            out.writeNumber(number);
        } else {
            out.writeNull();
        }
    }

    private static void write(float number, JsonGenerator out) throws IOException {
        if (Float.isFinite(number)) {
            out.writeNumber(number);
        } else {
            out.writeNull();
        }
    }

    private static final class Scalar<T extends Number> extends StdScalarSerializer<T> {
        private static final long serialVersionUID = 1;

        Scalar(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T number, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (number instanceof Float small) {
                write(small.floatValue(), out);
            } else {
                write(number.doubleValue(), out);
            }
        }
    }

    private static final class Doubles extends StdScalarSerializer<double[]> {
        private static final long serialVersionUID = 1;

        Doubles() {
            super(double[].class);
        }

        @Override
        public void serialize(double[] numbers, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartArray(numbers, numbers.length);
            for (double number : numbers) {
                write(number, out);
            }
            out.writeEndArray();
        }
    }

    private static final class Floats extends StdScalarSerializer<float[]> {
        private static final long serialVersionUID = 1;

        Floats() {
            super(float[].class);
        }

        @Override
        public void serialize(float[] numbers, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartArray(numbers, numbers.length);
            for (float number : numbers) {
                write(number, out);
            }
            out.writeEndArray();
        }
    }

    /** Jackson's own, which also decides about null, without its special texts. */
    private static final class Reader<T extends Number> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1;

        private final JsonDeserializer<?> numbers;

        Reader(Class<T> type) {
            super(type);
            numbers = NumberDeserializers.find(type, type.getName());
        }

        @Override
        @SuppressWarnings("unchecked") // Jackson's deserializer of the type
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (in.hasToken(JsonToken.VALUE_STRING)) {
                return (T) context.handleUnexpectedToken(handledType(), in);
            }
            T number = (T) numbers.deserialize(in, context);
            if (number != null && !Double.isFinite(number.doubleValue())) {
                return (T) context.handleWeirdNumberValue(handledType(), number, "too large");
            }
            return number;
        }

        @Override
        @SuppressWarnings("unchecked") // Jackson's deserializer of the type
        public @Nullable T getNullValue(DeserializationContext context) throws JsonMappingException {
            return (T) numbers.getNullValue(context);
        }
    }
}
