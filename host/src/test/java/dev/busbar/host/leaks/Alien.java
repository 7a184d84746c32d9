package dev.busbar.host.leaks;

import dev.busbar.host.testing.PluginJar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;

/** A class loader as a plugin has one, with classes compiled in the test. */
final class Alien extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    private Alien() {
        super("alien", Alien.class.getClassLoader());
    }

    /** A loader with {@code testplugin.Leak}, whose {@code call()} has this body. */
    static Alien with(String body) throws IOException {
        return with(body, "");
    }

    /** A loader with {@code testplugin.Leak}, whose {@code call()} has this body, and with types beside it. */
    static Alien with(String body, String types) throws IOException {
        Alien loader = new Alien();
        byte[] jar = PluginJar.named("alien")
                .source(
                        "Leak",
                        "import java.util.concurrent.*; public class Leak implements Callable<Object> {"
                                + " public Object call() throws Exception { " + body + " } " + types + " }")
                .bytes();
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                loader.classes.put(entry.getName(), in.readAllBytes());
            }
        }
        return loader;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] found = classes.get(name.replace('.', '/') + ".class");
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, found, 0, found.length);
    }

    /** A new {@code Leak}. */
    @SuppressWarnings("unchecked")
    Callable<Object> leak() throws ReflectiveOperationException {
        return (Callable<Object>) loadClass("testplugin.Leak").getConstructor().newInstance();
    }

    /** Calls a new {@code Leak} as the host would: with this loader as the context class loader. */
    Object call() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(this);
        try {
            return leak().call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
