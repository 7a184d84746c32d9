package dev.busbar.host.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * A plugin jar that is compiled from source in the test. Immutable; each method returns a modified copy.
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

    /** Sets a manifest attribute; an empty value removes it. */
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

    /** Adds an entry, or replaces a generated one such as {@code META-INF/extensions.idx}. */
    public PluginJar entry(String name, byte[] content) {
        Map<String, byte[]> copy = new LinkedHashMap<>(entries);
        copy.put(name, content);
        return new PluginJar(manifest, routes, members, sources, copy);
    }

    /** Compiles and writes the jar to a temporary file, then moves it atomically. */
    public Path write(Path target) {
        try {
            Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
            Files.write(temporary, bytes());
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles and returns the jar; identical bytes for each call. */
    public byte[] bytes() {
        Map<String, String> java = new LinkedHashMap<>();
        sources.forEach((name, text) -> java.put(PACKAGE + "/" + name + ".java", text));
        java.putIfAbsent(PACKAGE + "/TestPlatform.java", platform());
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put(JarFile.MANIFEST_NAME, JarBytes.manifest(manifest));
        content.put("META-INF/extensions.idx", (PACKAGE + ".TestPlatform\n").getBytes(StandardCharsets.UTF_8));
        content.putAll(Compiled.of(java, List.of()));
        content.putAll(entries);
        return JarBytes.of(content);
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
}
