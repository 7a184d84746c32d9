package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A type with its type arguments, which a {@link Class} cannot name. Immutable; compared by the type that it names. Its
 * anonymous subclass belongs in a constant, so that it holds no instance of the class around it:
 *
 * <pre>{@code
 * private static final TypeRef<List<Bill>> BILLS = new TypeRef<>() {};
 *
 * Route.get("/bills", BILLS, request -> bills.all()).access(Access.READ);
 * }</pre>
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {
    private final Type type;

    /**
     * A reference to the type argument of the subclass, which is to be an anonymous one.
     *
     * @throws IllegalArgumentException when the subclass names no type argument, or one with a type variable
     */
    protected TypeRef() {
        this.type = checked(argument(getClass()));
    }

    private TypeRef(Type type) {
        this.type = type;
    }

    /** A class, which needs no subclass. */
    private static final class OfClass<T> extends TypeRef<T> {
        OfClass(Class<T> type) {
            super(type);
        }
    }

    /** A reference to a type without type arguments. */
    public static <T> TypeRef<T> of(Class<T> type) {
        return new OfClass<>(requireNonNull(type, "type"));
    }

    private static Type argument(Class<?> subclass) {
        boolean direct = subclass.getSuperclass() == TypeRef.class;
        if (direct && subclass.getGenericSuperclass() instanceof ParameterizedType declared) {
            return declared.getActualTypeArguments()[0];
        }
        throw new IllegalArgumentException(
                "type reference: " + subclass.getName() + " (expected: such as new TypeRef<List<String>>() {})");
    }

    private static Type checked(Type type) {
        if (hasVariable(type)) {
            throw new IllegalArgumentException(
                    "type reference: " + type.getTypeName() + " (expected: a type without type variables)");
        }
        return type;
    }

    private static boolean hasVariable(Type type) {
        if (type instanceof ParameterizedType generic) {
            return Arrays.stream(generic.getActualTypeArguments()).anyMatch(TypeRef::hasVariable);
        }
        if (type instanceof GenericArrayType array) {
            return hasVariable(array.getGenericComponentType());
        }
        if (type instanceof WildcardType wildcard) {
            return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
                    .flatMap(Arrays::stream)
                    .anyMatch(TypeRef::hasVariable);
        }
        return type instanceof TypeVariable;
    }

    /** The type that it names. */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof TypeRef<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
