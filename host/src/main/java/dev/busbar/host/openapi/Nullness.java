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
 * Nullness of members by their JSpecify annotations. Without {@code @NullMarked}, every member but a primitive may be null.
 * Stateless.
 */
final class Nullness {
    private Nullness() {}

    /**
     * Returns whether a field or a getter may be null.
     *
     * @param type its erased type
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
            if (isAnnotated(scope)) {
                return scope.isAnnotationPresent(NullMarked.class);
            }
        }
        Package home = type.getPackage();
        return home != null && isAnnotated(home) && home.isAnnotationPresent(NullMarked.class);
    }

    private static boolean isAnnotated(AnnotatedElement scope) {
        return scope.isAnnotationPresent(NullMarked.class) || scope.isAnnotationPresent(NullUnmarked.class);
    }
}
