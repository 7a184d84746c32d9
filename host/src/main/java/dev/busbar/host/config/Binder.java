package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Binds a settings record from the settings of its section, and from the components of the defaults for the rest. For
 * one thread, like the consumer of faults that it is given.
 */
final class Binder {
    private final Layers layers;
    private final Secrets secrets;
    private final Consumer<Fault> faults;

    Binder(Layers layers, Secrets secrets, Consumer<Fault> faults) {
        this.layers = layers;
        this.secrets = secrets;
        this.faults = faults;
    }

    static List<String> keys(String section, Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> key(section, component.getName()))
                .toList();
    }

    /** The bound record; the defaults when a value is invalid: the fault is reported, and binding goes on. */
    <T extends Record> T bind(String section, T defaults) {
        boolean fits = true;
        List<@Nullable Object> values = new ArrayList<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            Optional<Setting> setting = layers.find(key(section, component.getName()));
            Object value = read(defaults, component);
            if (setting.isPresent()) {
                Optional<Object> converted = convert(component.getGenericType(), setting.get());
                fits &= converted.isPresent();
                value = converted.orElse(value);
            }
            values.add(value);
        }
        return fits ? create(section, defaults, values) : defaults;
    }

    private Optional<Object> convert(Type type, Setting setting) {
        try {
            return Optional.of(convert(type, secrets.resolve(setting.text())));
        } catch (IllegalArgumentException e) {
            faults.accept(setting.fault(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static Object convert(Type type, String text) {
        if (type instanceof Class<?> plain) {
            return Values.parse(plain, text);
        }
        if (type instanceof ParameterizedType generic
                && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
            if (generic.getRawType() == Optional.class) {
                return text.isEmpty() ? Optional.empty() : Optional.of(Values.parse(element, text));
            }
            if (generic.getRawType() == List.class) {
                return Values.split(text).stream()
                        .map(part -> Values.parse(element, part))
                        .toList();
            }
        }
        throw new IllegalStateException("settings type: " + type + " (expected: Optional or List of a plain type)");
    }

    private <T extends Record> T create(String section, T defaults, List<@Nullable Object> values) {
        @SuppressWarnings("unchecked") // getClass() of a T, and records have no subclasses
        Class<T> type = (Class<T>) defaults.getClass();
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                faults.accept(refused(section, type, String.valueOf(refusal.getMessage())));
                return defaults;
            }
            throw new IllegalStateException("settings " + type.getName() + ": cannot be created", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("settings " + type.getName() + ": cannot be created", e);
        }
    }

    /** Fault of a value that the record rejects: of the component that its message starts with, else of the section. */
    private Fault refused(String section, Class<? extends Record> type, String message) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> message.startsWith(component.getName() + ":"))
                .flatMap(component -> layers.find(key(section, component.getName())).stream())
                .findFirst()
                .map(setting -> setting.fault(expectation(message)))
                .orElseGet(() -> new Fault("configuration", section, null, message));
    }

    /** The expectation in the last parentheses of {@code bind: "x" (expected: y)}; the value before it may be a secret. */
    private static String expectation(String message) {
        int start = message.lastIndexOf("(expected: ");
        return start < 0 || !message.endsWith(")")
                ? message
                : message.substring(start + "(expected: ".length(), message.length() - 1);
    }

    private static String key(String section, String component) {
        return section.isEmpty() ? component : section + "." + component;
    }

    private static @Nullable Object read(Record defaults, RecordComponent component) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(defaults);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("settings " + defaults.getClass().getName() + ": cannot be read", e);
        }
    }
}
