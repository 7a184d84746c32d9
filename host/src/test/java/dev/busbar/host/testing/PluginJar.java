package dev.busbar.host.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A plugin jar, compiled from source in the test. Immutable; each method answers a changed copy.
 *
 * <pre>{@code
 * Path jar = PluginJar.named("billing").version("2.0.0")
 *         .route("Route.get(\"/bills\", r -> Response.text(\"new\")).access(Access.PUBLIC)")
 *         .write(folder.resolve("billing.jar"));
 * }</pre>
 */
public record PluginJar(
        Map<String, String> manifest,
        List<String> routes,
        String members,
        Map<String, String> sources,
        Map<String, byte[]> entries) {
    private static final String PACKAGE = "testplugin";
    private static final LocalDateTime BUILT = LocalDateTime.of(2026, 1, 1, 0, 0);

    /** A plugin of version 1.0.0 without routes. */
    public static PluginJar named(String id) {
        Map<String, String> manifest = new LinkedHashMap<>();
        manifest.put("Plugin-Id", id);
        manifest.put("Plugin-Version", "1.0.0");
        manifest.put("Plugin-Provider", "test");
        manifest.put("Plugin-Requires", "*");
        return new PluginJar(manifest, List.of(), "", Map.of(), Map.of());
    }

    /** Sets {@code Plugin-Version}. */
    public PluginJar version(String version) {
        return attribute("Plugin-Version", version);
    }

    /** Sets a manifest attribute; an empty value takes it out. */
    public PluginJar attribute(String name, String value) {
        Map<String, String> copy = new LinkedHashMap<>(manifest);
        if (value.isEmpty()) {
            copy.remove(name);
        } else {
            copy.put(name, value);
        }
        return new PluginJar(copy, routes, members, sources, entries);
    }

    /** Adds a Java expression of type {@code Route} to the platform's routes. */
    public PluginJar route(String expression) {
        List<String> copy = new ArrayList<>(routes);
        copy.add(expression);
        return new PluginJar(manifest, copy, members, sources, entries);
    }

    /** Adds Java members to the platform class: fields, {@code start(PlatformContext)}, {@code close()} and such. */
    public PluginJar members(String java) {
        return new PluginJar(manifest, routes, members + "\n" + java, sources, entries);
    }

    /** Adds a class of its own, by its simple name, in the package {@code testplugin}. */
    public PluginJar source(String className, String java) {
        Map<String, String> copy = new LinkedHashMap<>(sources);
        copy.put(className, "package " + PACKAGE + ";\n" + java);
        return new PluginJar(manifest, routes, members, copy, entries);
    }

    /** Adds an entry, or replaces one that would be made, such as {@code META-INF/extensions.idx}. */
    public PluginJar entry(String name, byte[] content) {
        Map<String, byte[]> copy = new LinkedHashMap<>(entries);
        copy.put(name, content);
        return new PluginJar(manifest, routes, members, sources, copy);
    }

    /** Compiles and writes the jar beside its place first, then moves it there whole. */
    public Path write(Path target) {
        try {
            Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
            Files.write(temporary, bytes());
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles and answers the jar; the same bytes each time. */
    public byte[] bytes() {
        Map<String, String> java = new LinkedHashMap<>(sources);
        java.putIfAbsent("TestPlatform", platform());
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put(JarFile.MANIFEST_NAME, manifestBytes());
        content.put("META-INF/extensions.idx", (PACKAGE + ".TestPlatform\n").getBytes(StandardCharsets.UTF_8));
        content.putAll(compile(java));
        content.putAll(entries);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : content.entrySet()) {
                JarEntry named = new JarEntry(entry.getKey());
                named.setTimeLocal(BUILT);
                jar.putNextEntry(named);
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private byte[] manifestBytes() {
        Manifest written = new Manifest();
        written.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> written.getMainAttributes().putValue(name, value));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            written.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private String platform() {
        return """
               package %s;

               import dev.busbar.plugin.*;
               import java.io.*;
               import java.nio.charset.StandardCharsets;
               import java.time.Duration;
               import java.util.*;
               import java.util.concurrent.*;
               import java.util.concurrent.atomic.*;

               public final class TestPlatform implements Platform {
                   %s

                   @Override
                   public List<Route> routes() {
                       return List.of(%s);
                   }
               }
               """.formatted(PACKAGE, members, String.join(",\n", routes));
    }

    private static Map<String, byte[]> compile(Map<String, String> java) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, byte[]> classes = new LinkedHashMap<>();
        StringWriter messages = new StringWriter();
        List<JavaFileObject> units = new ArrayList<>();
        java.forEach((name, source) -> units.add(new Source(name, source)));
        try (Classes manager = new Classes(compiler.getStandardFileManager(null, null, null), classes)) {
            List<String> options = List.of("--release", "17", "-proc:none", "-nowarn");
            if (!compiler.getTask(messages, manager, null, options, null, units).call()) {
                throw new IllegalArgumentException("a test plugin does not compile:\n" + messages);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + PACKAGE + "/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, byte[]> classes;

        Classes(JavaFileManager manager, Map<String, byte[]> classes) {
            super(manager);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            URI uri = URI.create("mem:///" + className.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(className.replace('.', '/') + ".class", toByteArray());
                        }
                    };
                }
            };
        }
    }
}
