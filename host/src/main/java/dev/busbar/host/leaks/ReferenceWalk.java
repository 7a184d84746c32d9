package dev.busbar.host.leaks;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Search for a path of strong references from an object to the target loader, as far as this JVM opens fields. Bounded
 * in time and in number of objects, so that it may miss a path. It reads fields and compares identities; it calls no
 * method of the objects it visits, and changes nothing. Used by one thread, for one search.
 */
final class ReferenceWalk {
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int STEPS = 12;
    private static final int OBJECTS = 5_000;
    private static final int OBJECTS_OF_THE_HOST = 100_000;
    private static final int ELEMENTS = 1_000;

    /**
     * The fields through which a thread holds objects, apart from its thread locals, under the names that JDK 17 and
     * later give it.
     */
    private static final Set<String> THREAD_FIELDS = Set.of(
            "target", "holder", "contextClassLoader", "inheritedAccessControlContext", "uncaughtExceptionHandler");

    private final TargetLoader target;
    private long begin = System.nanoTime();
    private final Map<Class<?>, List<Field>> fields = new HashMap<>();

    /** An object on the path, and the field of the previous one that refers to it. */
    private record Step(
            Object object,
            int number,
            String field,
            @Nullable Step before) {}

    ReferenceWalk(TargetLoader target) {
        this.target = target;
    }

    /** Returns whether the target is reached from an object through the JDK's own objects. */
    boolean leadsFrom(@Nullable Object root) {
        return root != null
                && walk(List.of(root), ReferenceWalk::isOfTheJdk, STEPS, OBJECTS)
                        .isPresent();
    }

    /** The field of the host through which the target is reached from some thread. Has a time limit of its own. */
    Optional<String> through(Collection<Thread> threads) {
        begin = System.nanoTime();
        Predicate<Class<?>> entered = type -> isOfTheJdk(type) || isOfTheHost(type);
        return walk(threads, entered, Integer.MAX_VALUE, OBJECTS_OF_THE_HOST).map(ReferenceWalk::describe);
    }

    private Optional<Step> walk(Collection<?> roots, Predicate<Class<?>> entered, int steps, int objects) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Queue<Step> next = new ArrayDeque<>();
        roots.forEach(root -> next.add(new Step(root, 0, "", null)));
        while (!next.isEmpty() && seen.size() < objects && System.nanoTime() - begin < LIMIT_NANOS) {
            Step step = next.remove();
            if (target.owns(step.object())) {
                return Optional.of(step);
            }
            boolean goesOn = step.number() < steps
                    && !isEnd(step)
                    && entered.test(step.object().getClass());
            if (goesOn && seen.add(step.object())) {
                expand(step, next);
            }
        }
        return Optional.empty();
    }

    /** A thread ends a path: each thread is searched separately. */
    private static boolean isEnd(Step step) {
        Object object = step.object();
        return object instanceof Class
                || object instanceof ClassLoader
                || object instanceof ThreadGroup
                || object instanceof Module
                || object instanceof String
                || (object instanceof Thread && step.before() != null);
    }

    private void expand(Step step, Queue<Step> next) {
        Object object = step.object();
        if (object instanceof Object[] array) {
            Arrays.stream(array, 0, Math.min(array.length, ELEMENTS * 20))
                    .filter(Objects::nonNull)
                    .limit(ELEMENTS)
                    .forEach(element -> next.add(new Step(element, step.number() + 1, "", step)));
            return;
        }
        for (Field field : fields.computeIfAbsent(object.getClass(), ReferenceWalk::opened)) {
            Object value = read(field, object);
            if (value != null) {
                next.add(new Step(value, step.number() + 1, field.getName(), step));
            }
        }
    }

    private static @Nullable Object read(Field field, Object owner) {
        try {
            return field.get(owner);
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    private static List<Field> opened(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (Class<?> next = type; next != null; next = next.getSuperclass()) {
            for (Field field : declared(next)) {
                if (leadsOn(field) && field.trySetAccessible()) {
                    found.add(field);
                }
            }
        }
        return found;
    }

    private static Field[] declared(Class<?> type) {
        try {
            return type.getDeclaredFields();
        } catch (LinkageError e) {
            // a class whose optional dependencies are missing
            return new Field[0];
        }
    }

    private static boolean leadsOn(Field field) {
        Class<?> owner = field.getDeclaringClass();
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
            return false;
        }
        // a reference does not hold its referent; the backtrace of an exception is not a Java object
        boolean isHidden = owner == Reference.class || owner == Throwable.class;
        return !isHidden && (owner != Thread.class || THREAD_FIELDS.contains(field.getName()));
    }

    private static boolean isOfTheJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isOfTheHost(Class<?> type) {
        return type.getClassLoader() == ReferenceWalk.class.getClassLoader();
    }

    private static String describe(Step hit) {
        String field = "";
        Step step = hit;
        for (Step before = step.before(); before != null; before = step.before()) {
            Class<?> owner = before.object().getClass();
            if (field.isEmpty() && !owner.isArray() && isOfTheHost(owner)) {
                field = "field " + owner.getName() + "." + step.field() + ", reached from ";
            }
            step = before;
        }
        return field + "thread " + (step.object() instanceof Thread thread ? thread.getName() : "");
    }
}
