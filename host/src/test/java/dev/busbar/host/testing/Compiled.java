package dev.busbar.host.testing;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles Java sources in memory against the plugin API. What was compiled is remembered, and jars stay open from
 * one compilation to the next: most tests compile much the same small plugin. May be called from any thread.
 */
public final class Compiled {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final Map<Inputs, Map<String, byte[]>> DONE = new ConcurrentHashMap<>();
    private static final Pattern FOR_PLUGINS =
            Pattern.compile("(^|[/\\\\])(plugin-api|core|slf4j-api|pf4j|jspecify)-\\d[^/\\\\]*$");
    private static final Object LOCK = new Object();
    private static final JavaFileManager SHARED = COMPILER.getStandardFileManager(null, null, null);

    private Compiled() {}

    private record Inputs(Map<String, String> sources, List<Path> libraries) {}

    /**
     * Compiles.
     *
     * @param sources the texts by path, such as {@code testplugin/TestPlatform.java}
     * @param libraries jars before the plugin API
     * @return the class files by path
     */
    public static Map<String, byte[]> of(Map<String, String> sources, List<Path> libraries) {
        if (!libraries.isEmpty()) {
            return compiled(sources, libraries); // a test may write other contents to the same path
        }
        return DONE.computeIfAbsent(new Inputs(Map.copyOf(sources), libraries), in -> compiled(sources, libraries));
    }

    private static Map<String, byte[]> compiled(Map<String, String> sources, List<Path> libraries) {
        try {
            if (libraries.isEmpty()) {
                synchronized (LOCK) {
                    return compile(SHARED, sources, libraries);
                }
            }
            try (JavaFileManager own = COMPILER.getStandardFileManager(null, null, null)) {
                return compile(own, sources, libraries);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> compile(
            JavaFileManager files, Map<String, String> sources, List<Path> libraries) {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        StringWriter messages = new StringWriter();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((path, text) -> units.add(new Source(path, text)));
        Classes manager = new Classes(files, classes);
        if (!COMPILER.getTask(messages, manager, null, options(libraries), null, units)
                .call()) {
            throw new IllegalArgumentException("a test plugin does not compile:\n" + messages);
        }
        return Collections.unmodifiableMap(classes);
    }

    private static List<String> options(List<Path> libraries) {
        String classPath = Stream.concat(
                        libraries.stream().map(Path::toString),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(Compiled::isForPlugins))
                .collect(Collectors.joining(File.pathSeparator));
        // without --release, which opens the signatures of that release anew each time
        return List.of("-source", "17", "-target", "17", "-proc:none", "-nowarn", "-classpath", classPath);
    }

    /**
     * The compiler searches all of the class path for each import: the libraries of the host are left out, but not the code
     * that it shares with the testkit, because there are tests of plugins that reach for it.
     */
    private static boolean isForPlugins(String entry) {
        return !entry.endsWith(".jar") || FOR_PLUGINS.matcher(entry).find();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
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
