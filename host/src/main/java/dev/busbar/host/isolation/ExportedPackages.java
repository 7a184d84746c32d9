package dev.busbar.host.isolation;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parent of every plugin's class loader: the JDK, and an explicit list of packages of the host, for classes and
 * resources alike. Immutable, parallel capable, shared by all generations.
 */
final class ExportedPackages extends ClassLoader {
    /** Exactly these packages, without their subpackages. */
    static final List<String> PACKAGES = List.of(
            "dev.busbar.plugin",
            "dev.busbar.plugin.jobs",
            "dev.busbar.plugin.state",
            "org.pf4j",
            "org.slf4j",
            "org.slf4j.event",
            "org.slf4j.helpers",
            "org.slf4j.spi",
            "org.jspecify.annotations");

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader host;

    ExportedPackages(ClassLoader host) {
        super("busbar-exported", getPlatformClassLoader());
        this.host = host;
    }

    static boolean isExported(String className) {
        int dot = className.lastIndexOf('.');
        return dot > 0 && PACKAGES.contains(className.substring(0, dot));
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (isExported(name)) {
            return host.loadClass(name);
        }
        throw new ClassNotFoundException(
                name + " (not in the plugin's jar, and its package is not exported by the host;" + " exported are "
                        + PACKAGES + ")");
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return isExportedResource(name) ? host.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return isExportedResource(name) ? host.getResources(name) : Collections.emptyEnumeration();
    }

    private static boolean isExportedResource(String name) {
        int slash = name.lastIndexOf('/');
        return slash > 0 && PACKAGES.contains(name.substring(0, slash).replace('/', '.'));
    }
}
