package dev.busbar.host.openapi;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Generates random instances of records from a seed. Confined to one thread. */
final class Instances {
    private final Random random;

    Instances(long seed) {
        this.random = new Random(seed);
    }

    /** A random instance of a type without type parameters. */
    Object of(Class<?> type) throws ReflectiveOperationException {
        return make(type, Map.of(), 3);
    }

    private Object make(Type type, Map<String, Type> bound, int depth) throws ReflectiveOperationException {
        if (type instanceof TypeVariable<?> variable) {
            return make(bound.getOrDefault(variable.getName(), Object.class), Map.of(), depth);
        }
        if (type instanceof ParameterizedType generic) {
            return generic((Class<?>) generic.getRawType(), generic.getActualTypeArguments(), bound, depth);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain, Map.of(), depth);
        }
        if (plain.isSealed() && !plain.isEnum()) {
            Class<?>[] permitted = plain.getPermittedSubclasses();
            return make(permitted[random.nextInt(permitted.length)], Map.of(), depth);
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
        }
        if (plain == byte[].class) {
            return text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        if (plain.isArray()) {
            Object array = Array.newInstance(plain.getComponentType(), random.nextInt(3));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, make(plain.getComponentType(), Map.of(), depth - 1));
            }
            return array;
        }
        return leaf(plain);
    }

    private Object generic(Class<?> raw, Type[] arguments, Map<String, Type> bound, int depth)
            throws ReflectiveOperationException {
        if (raw == Optional.class) {
            return random.nextBoolean() || depth < 1
                    ? Optional.empty()
                    : Optional.of(make(arguments[0], bound, depth - 1));
        }
        if (raw == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = depth < 1 ? 0 : random.nextInt(3); i > 0; i--) {
                list.add(make(arguments[0], bound, depth - 1));
            }
            return list;
        }
        if (raw == Map.class) {
            Map<String, Object> map = new HashMap<>();
            for (int i = depth < 1 ? 0 : random.nextInt(3); i > 0; i--) {
                map.put(text(), make(arguments[1], bound, depth - 1));
            }
            return map;
        }
        Map<String, Type> inner = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            inner.put(raw.getTypeParameters()[i].getName(), arguments[i]);
        }
        return record(raw, inner, depth);
    }

    private Object record(Class<?> type, Map<String, Type> bound, int depth) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            boolean mayBeNull = !components[i].getType().isPrimitive()
                    && (components[i].getAnnotatedType().isAnnotationPresent(Nullable.class)
                            || type == Shapes.Unmarked.class);
            boolean isNull = mayBeNull && (depth < 1 || random.nextBoolean());
            values[i] = isNull ? null : make(components[i].getGenericType(), bound, depth - 1);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        return constructor.newInstance(values);
    }

    private Object leaf(Class<?> type) {
        Map<Class<?>, Object> leaves = new HashMap<>();
        leaves.put(String.class, text());
        leaves.put(int.class, random.nextInt());
        leaves.put(Integer.class, random.nextInt());
        leaves.put(long.class, random.nextLong());
        leaves.put(double.class, random.nextGaussian());
        leaves.put(Double.class, random.nextGaussian() * 1e200);
        leaves.put(boolean.class, random.nextBoolean());
        leaves.put(Boolean.class, random.nextBoolean());
        leaves.put(char.class, (char) ('a' + random.nextInt(26)));
        leaves.put(Instant.class, Instant.ofEpochMilli(random.nextInt() * 1_000L + random.nextInt(1_000)));
        leaves.put(LocalDate.class, LocalDate.ofEpochDay(random.nextInt(40_000)));
        leaves.put(Duration.class, Duration.ofMillis(random.nextInt(100_000_000)));
        leaves.put(BigDecimal.class, new BigDecimal(random.nextLong()).movePointLeft(random.nextInt(30)));
        leaves.put(UUID.class, new UUID(random.nextLong(), random.nextLong()));
        leaves.put(Object.class, random.nextBoolean() ? (Object) text() : List.of(1, Map.of("a", true)));
        return Optional.ofNullable(leaves.get(type)).orElseThrow(() -> new IllegalArgumentException(type.getName()));
    }

    private String text() {
        return random.ints(random.nextInt(6), ' ', 'ˀ')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
