package dev.busbar.host.leaks;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A package of the JDK that the host searches for holders of class loaders, where it is opened by {@code --add-opens}.
 */
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

    /** The packages that this JVM does not open. */
    static List<OpenPackage> closed() {
        return Arrays.stream(values()).filter(each -> !each.isOpen()).toList();
    }

    /** The kinds of holders in the package, for operators. */
    String behind() {
        return behind;
    }

    /** The option that opens it. */
    String option() {
        return "--add-opens " + module + "/" + packageName + "=ALL-UNNAMED";
    }

    /** The advice to operators about closed packages. */
    static String advice(List<OpenPackage> closed) {
        return "start it with " + closed.stream().map(OpenPackage::option).collect(Collectors.joining(" "));
    }

    /**
     * Reads a field of the JDK; null when its value is null, its package is closed, or this JDK does not have it.
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
