package dev.busbar.plugin.testing;

import dev.busbar.plugin.Platform;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A class loader like that of one generation in the host: the plugin API is the one of the harness, and everything else
 * on the class path, the platform and its libraries, is loaded again.
 */
final class FreshLoader extends URLClassLoader {
    /** Exactly the packages that the host lends. */
    private static final List<String> LENT = List.of(
            "dev.busbar.plugin",
            "dev.busbar.plugin.jobs",
            "dev.busbar.plugin.state",
            "org.pf4j",
            "org.slf4j",
            "org.slf4j.event",
            "org.slf4j.helpers",
            "org.slf4j.spi",
            "org.jspecify.annotations");

    private final Class<? extends Platform> original;

    FreshLoader(Class<? extends Platform> original) {
        super(nameFor(original), places(original), ClassLoader.getPlatformClassLoader());
        this.original = original;
    }

    /** The name of every such loader of a platform, which a stack trace shows too. */
    static String nameFor(Class<? extends Platform> original) {
        return "leak-check-" + original.getSimpleName();
    }

    private static URL[] places(Class<? extends Platform> original) {
        List<URL> places = new ArrayList<>();
        CodeSource source = original.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null) {
            places.add(source.getLocation());
        }
        String classPath = Objects.requireNonNullElse(System.getProperty("java.class.path"), "");
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(classPath)
                .map(FreshLoader::place)
                .forEach(places::add);
        return places.toArray(URL[]::new);
    }

    private static URL place(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("class path entry " + entry, e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        int dot = name.lastIndexOf('.');
        return dot > 0 && LENT.contains(name.substring(0, dot))
                ? Class.forName(name, false, FreshLoader.class.getClassLoader())
                : super.loadClass(name, resolve);
    }

    /** Its own copy of the platform's class. */
    Class<? extends Platform> platform() {
        try {
            Class<?> copy = loadClass(original.getName());
            if (copy.getClassLoader() == this) {
                return copy.asSubclass(Platform.class);
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(original + " is not on the class path", e);
        }
        throw new IllegalArgumentException(original + " is in a package of the plugin API");
    }

    /** A new platform, made as the host makes it: with this loader as the context class loader. */
    Platform newPlatform() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(this);
        try {
            return platform().getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            throw new IllegalArgumentException(
                    original + " cannot be made (expected: a public class with a public constructor without arguments)",
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
