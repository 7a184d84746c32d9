package dev.busbar.host.leaks;

import org.jspecify.annotations.Nullable;

/** The class loader whose holders are searched. It holds the loader too, so it lives no longer than one search. */
record TargetLoader(ClassLoader loader) {
    /**
     * Returns whether an object belongs to the loader: the loader itself, one of its classes, an instance of one, or a
     * child loader.
     */
    boolean owns(@Nullable Object object) {
        if (object == null) {
            return false;
        }
        if (object instanceof ClassLoader found) {
            return isAbove(found);
        }
        Class<?> type = object instanceof Class<?> found ? found : object.getClass();
        return isAbove(type.getClassLoader());
    }

    private boolean isAbove(@Nullable ClassLoader found) {
        for (ClassLoader next = found; next != null; next = next.getParent()) {
            if (next == loader) {
                return true;
            }
        }
        return false;
    }
}
