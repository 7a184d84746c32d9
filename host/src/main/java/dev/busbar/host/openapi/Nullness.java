package dev.busbar.host.openapi;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Whether a member of a type can be null, as far as its source says so: where nothing is marked with {@code @NullMarked},
 * everything but a primitive can. Stateless.
 */
final class Nullness {
    private Nullness() {}

    /**
     * Looks at a field or a getter.
     *
     * @param type its type without generics
     */
    static boolean mayBeNull(Member member, Class<?> type) {
        if (type.isPrimitive()) {
            return false;
        }
        return annotated(member).isAnnotationPresent(Nullable.class) || !isMarked(member.getDeclaringClass());
    }

    private static AnnotatedType annotated(Member member) {
        return member instanceof Field field ? field.getAnnotatedType() : ((Method) member).getAnnotatedReturnType();
    }

    private static boolean isMarked(Class<?> type) {
        for (Class<?> scope = type; scope != null; scope = scope.getEnclosingClass()) {
            if (says(scope)) {
                return scope.isAnnotationPresent(NullMarked.class);
            }
        }
        Package home = type.getPackage();
        return home != null && says(home) && home.isAnnotationPresent(NullMarked.class);
    }

    private static boolean says(AnnotatedElement scope) {
        return scope.isAnnotationPresent(NullMarked.class) || scope.isAnnotationPresent(NullUnmarked.class);
    }
}
