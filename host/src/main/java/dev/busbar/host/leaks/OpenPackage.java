package dev.busbar.host.leaks;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A package of the JDK that the host looks into for holders of class loaders, where the JVM was told to open it. */
enum OpenPackage {
    LANG("java.base", "java.lang", "tasks of threads, thread locals, shutdown hooks"),
    UTIL("java.base", "java.util", "timers and collections"),
    CONCURRENT("java.base", "java.util.concurrent", "queues of executors, pending timeouts"),
    SECURITY("java.base", "java.security", "what threads inherited"),
    SQL("java.sql", "java.sql", "JDBC drivers"),
    HTTP("java.net.http", "jdk.internal.net.http", "HTTP clients");

    private final String module;
    private final String packageName;
    private final String behind;

    OpenPackage(String module, String packageName, String behind) {
        this.module = module;
        this.packageName = packageName;
        this.behind = behind;
    }

    private boolean isOpen() {
        Optional<Module> found = ModuleLayer.boot().findModule(module);
        return found.map(there -> there.isOpen(packageName, OpenPackage.class.getModule()))
                .orElse(true);
    }

    /** Those that this JVM keeps closed. */
    static List<OpenPackage> closed() {
        return Arrays.stream(values()).filter(each -> !each.isOpen()).toList();
    }

    /** What is kept in it, for people. */
    String behind() {
        return behind;
    }

    /** The option that opens it. */
    String option() {
        return "--add-opens " + module + "/" + packageName + "=ALL-UNNAMED";
    }

    /** What people have to do about the closed ones. */
    static String advice(List<OpenPackage> closed) {
        return "start it with " + closed.stream().map(OpenPackage::option).collect(Collectors.joining(" "));
    }

    /**
     * Reads a field of the JDK's own; null when it is null, or closed, or not there in this JDK.
     *
     * @param owner the object; null for a static field
     */
    static @Nullable Object read(Class<?> type, String field, @Nullable Object owner) {
        try {
            Field found = type.getDeclaredField(field);
            return found.trySetAccessible() ? found.get(owner) : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** A class of the JDK by name, uninitialized; empty when this JDK has none. */
    static Optional<Class<?>> type(String name) {
        try {
            return Optional.of(Class.forName(name, false, ClassLoader.getPlatformClassLoader()));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
