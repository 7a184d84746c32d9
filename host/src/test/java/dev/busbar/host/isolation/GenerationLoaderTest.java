package dev.busbar.host.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestCertificate;
import dev.busbar.plugin.Platform;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes and resources that a plugin sees, and plugins that cannot be loaded. */
final class GenerationLoaderTest {
    private static final PluginJar PLAIN = PluginJar.named("billing");

    @TempDir
    private Path folder;

    private GenerationLoader.Loaded loaded;

    private GenerationLoader.Loaded load(PluginJar jar) throws Exception {
        Path file = Files.write(folder.resolve("plugin.jar"), jar.bytes());
        loaded = new GenerationLoader().load(new ArtifactReader().read(file, "0123456789abcdef".repeat(4)));
        return loaded;
    }

    @AfterEach
    void close() throws Exception {
        if (loaded != null) {
            loaded.manager().close();
        }
    }

    private void refused(PluginJar jar, String... reason) {
        assertThatThrownBy(() -> load(jar))
                .isInstanceOf(InvalidPluginException.class)
                .hasMessageContainingAll(reason);
    }

    /** Makes a class of the plugin's own that answers something. */
    @SuppressWarnings("unchecked")
    private Object call(String className) throws Exception {
        Class<?> type = loaded.loader().loadClass("testplugin." + className);
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return ((Callable<Object>) constructor.newInstance()).call();
    }

    private static PluginJar calling(String className, String body) {
        return PLAIN.source(
                className,
                "class " + className + " implements java.util.concurrent.Callable<Object> {"
                        + " public Object call() throws Exception { " + body + " } }");
    }

    @Test
    void the_extension_is_a_platform_of_the_hosts_own_kind() throws Exception {
        Platform platform = load(PLAIN).platform();

        assertThat(platform.getClass().getClassLoader())
                .isSameAs(loaded.loader())
                .isNotSameAs(getClass().getClassLoader());
    }

    @Test
    void two_generations_of_one_jar_share_no_class() throws Exception {
        GenerationLoader.Loaded first = load(PLAIN);
        GenerationLoader.Loaded second = load(PLAIN);

        assertThat(first.platform().getClass()).isNotSameAs(second.platform().getClass());
        first.manager().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson.databind.ObjectMapper",
                "dev.busbar.host.Host",
                "dev.busbar.host.lifecycle.Plugins",
                "dev.busbar.core.JsonCodec",
                "io.javalin.Javalin",
                "org.jdbi.v3.core.Jdbi",
                "org.pf4j.util.StringUtils"
            })
    void no_class_of_the_host_is_seen_and_the_refusal_says_why(String className) throws Exception {
        load(PLAIN);

        assertThatThrownBy(() -> loaded.loader().loadClass(className))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining(className)
                .hasMessageContaining("its package is not exported by the host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.busbar.plugin.Route",
                "dev.busbar.plugin.jobs.JobType",
                "org.pf4j.Extension",
                "org.slf4j.Logger",
                "org.jspecify.annotations.Nullable"
            })
    void exported_classes_are_the_hosts_own(String className) throws Exception {
        load(PLAIN);

        assertThat(loaded.loader().loadClass(className)).isSameAs(Class.forName(className));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tinylog.properties",
                "db/migration",
                "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
                "META-INF/services/com.fasterxml.jackson.core.JsonFactory",
                "dev/busbar/host/Host.class",
                "META-INF/maven/org.pf4j/pf4j/pom.xml"
            })
    void no_resource_of_the_host_is_seen(String name) throws Exception {
        load(PLAIN);

        assertThat(loaded.loader().getResource(name)).isNull();
        assertThat(Collections.list(loaded.loader().getResources(name))).isEmpty();
        assertThat(loaded.loader().getResourceAsStream(name)).isNull();
    }

    @Test
    void services_of_the_host_are_not_found() throws Exception {
        load(PLAIN);

        assertThat(ServiceLoader.load(org.slf4j.spi.SLF4JServiceProvider.class, loaded.loader()).stream())
                .isEmpty();
    }

    @Test
    void resources_of_the_plugin_are_its_own_and_only_those() throws Exception {
        load(PLAIN.entry("tinylog.properties", "mine".getBytes(StandardCharsets.UTF_8)));

        URL found = loaded.loader().getResource("tinylog.properties");
        try (InputStream in = found.openStream()) {
            assertThat(in).hasContent("mine");
        }
        assertThat(Collections.list(loaded.loader().getResources("tinylog.properties")))
                .hasSize(1);
    }

    @Test
    void classes_of_exported_packages_can_be_read_as_resources() throws Exception {
        load(PLAIN);

        assertThat(loaded.loader().getResource("dev/busbar/plugin/Route.class")).isNotNull();
        assertThat(Collections.list(loaded.loader().getResources("dev/busbar/plugin/Route.class")))
                .hasSize(1);
    }

    @Test
    void its_own_copy_of_a_library_stands_before_everything_else() throws Exception {
        byte[] own = new org.objectweb.asm.ClassWriter(0) {
            {
                visit(
                        org.objectweb.asm.Opcodes.V17,
                        org.objectweb.asm.Opcodes.ACC_PUBLIC,
                        "com/fasterxml/jackson/databind/ObjectMapper",
                        null,
                        "java/lang/Object",
                        null);
                visitEnd();
            }
        }.toByteArray();

        load(PLAIN.entry("com/fasterxml/jackson/databind/ObjectMapper.class", own));

        Class<?> found = loaded.loader().loadClass("com.fasterxml.jackson.databind.ObjectMapper");
        assertThat(found.getClassLoader()).isSameAs(loaded.loader());
        assertThat(found.getMethods()).noneMatch(method -> method.getName().equals("readValue"));
    }

    @Test
    void a_bundled_copy_of_slf4j_is_not_used() throws Exception {
        load(PLAIN.entry("org/slf4j/Logger.class", new byte[] {1}));

        assertThat(loaded.loader().loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.exit(3); return 1;",
                "Runtime.getRuntime().exit(3); return 1;",
                "Runtime.getRuntime().halt(3); return 1;",
                "if (System.nanoTime() != 0) { Runtime.getRuntime().halt(3); } return \"a\" + 1;"
            })
    void code_that_ends_the_process_throws_instead(String body) throws Exception {
        load(calling("Ender", body));

        assertThatThrownBy(() -> call("Ender"))
                .isInstanceOf(SecurityException.class)
                .hasMessage("a plugin must not end the process");
    }

    @Test
    void an_interface_that_ends_the_process_throws_instead() throws Exception {
        load(calling("Ender", "return ((Ending) () -> { }).end();")
                .source("Ending", "interface Ending { void it(); default int end() { System.exit(3); return 1; } }"));

        assertThatThrownBy(() -> call("Ender")).isInstanceOf(SecurityException.class);
    }

    @Test
    void the_rest_of_a_class_that_is_rewritten_works_as_before() throws Exception {
        load(calling(
                "Ender",
                "int sum = 0; for (int i = 0; i < 4; i++) { try { if (i == 2) { System.exit(i); } sum += i; }"
                        + " catch (SecurityException e) { sum += 100; } } return sum;"));

        assertThat(call("Ender")).isEqualTo(104);
        assertThat(loaded.loader()
                        .loadClass("testplugin.Ender")
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith("plugin.jar");
    }

    @Test
    void a_library_class_that_lacks_what_it_does_not_need_is_left_out() throws Exception {
        PluginJar jar =
                PLAIN.source("Optional", "class Optional extends Absent {}").source("Absent", "class Absent {}");
        Path file = Files.write(folder.resolve("plugin.jar"), Jar.without(jar.bytes(), "testplugin/Absent.class"));

        loaded = new GenerationLoader().load(new ArtifactReader().read(file, "0123456789abcdef".repeat(4)));

        assertThat(loaded.platform()).isNotNull();
    }

    @Test
    void an_extension_that_is_not_in_the_jar_is_refused() {
        refused(
                PLAIN.entry("META-INF/extensions.idx", "testplugin.Gone".getBytes(StandardCharsets.UTF_8)),
                "extension testplugin.Gone",
                "not in the plugin's jar");
    }

    @Test
    void an_extension_that_is_no_platform_is_refused() {
        refused(
                PLAIN.source("Other", "public class Other {}")
                        .entry("META-INF/extensions.idx", "testplugin.Other".getBytes(StandardCharsets.UTF_8)),
                "extension testplugin.Other",
                "does not implement Platform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private TestPlatform() {}", "TestPlatform() {}", "public TestPlatform(int x) {}"})
    void an_extension_without_a_public_constructor_is_refused(String constructor) {
        refused(PLAIN.members(constructor), "needs a public constructor without arguments");
    }

    @Test
    void an_extension_that_cannot_be_instantiated_is_refused() {
        refused(
                PLAIN.source("Half", "public abstract class Half implements dev.busbar.plugin.Platform {}")
                        .entry("META-INF/extensions.idx", "testplugin.Half".getBytes(StandardCharsets.UTF_8)),
                "extension testplugin.Half",
                "cannot be made");
    }

    @Test
    void the_exception_of_a_constructor_is_told() {
        refused(
                PLAIN.members("public TestPlatform() { throw new IllegalStateException(\"no luck\"); }"),
                "the constructor of testplugin.TestPlatform",
                "no luck");
    }

    @ParameterizedTest
    @ValueSource(strings = {"IllegalStateException", "AssertionError", "OutOfMemoryError"})
    void whatever_a_static_initializer_throws_is_told(String type) {
        refused(PLAIN.members("static { if (true) { throw new " + type + "(\"odd\"); } }"), type + ": odd");
    }

    @Test
    void what_is_refused_is_closed() throws Exception {
        Path fds = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(fds));

        refused(PLAIN.members("static { if (true) { throw new AssertionError(\"odd\"); } }"), "odd");

        try (var all = Files.list(fds)) {
            assertThat(all.map(GenerationLoaderTest::target)).noneMatch(open -> open.startsWith(folder.toString()));
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (java.io.IOException gone) {
            return "";
        }
    }

    @Test
    void the_context_class_loader_is_the_plugins_while_it_is_made_and_the_old_one_after() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        load(PLAIN.members("public static ClassLoader seen;"
                + " public TestPlatform() { seen = Thread.currentThread().getContextClassLoader(); }"));

        assertThat(loaded.platform().getClass().getField("seen").get(null)).isSameAs(loaded.loader());
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void the_jdks_thread_for_timeouts_is_there_before_any_plugin() {
        ClassLoader own = GenerationLoader.class.getClassLoader();

        assertThat(new GenerationLoader()).isNotNull();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().matches("CompletableFutureDelayScheduler|.*-delayScheduler"))
                .singleElement()
                .satisfies(thread -> assertThat(thread.getContextClassLoader()).isSameAs(own));
    }

    private GenerationLoader.Loaded load(Path file) throws Exception {
        loaded = new GenerationLoader().load(new ArtifactReader().read(file, "0123456789abcdef".repeat(4)));
        return loaded;
    }

    @Test
    void a_class_of_a_multi_release_jar_that_ends_the_process_throws_instead() throws Exception {
        PluginJar ending = calling("Ender", "System.exit(3); return 1;");
        byte[] versioned = Jar.entry(ending.bytes(), "testplugin/Ender.class");

        load(calling("Ender", "return 2;")
                .attribute("Multi-Release", "true")
                .entry("META-INF/versions/17/testplugin/Ender.class", versioned));

        assertThatThrownBy(() -> call("Ender"))
                .isInstanceOf(SecurityException.class)
                .hasMessage("a plugin must not end the process");
    }

    /** All classes but one have to be rewritten, and the first is one of them. */
    private static PluginJar endingBesideOthers() {
        return calling(
                        "Ender",
                        "if (System.nanoTime() == 0) { System.exit(3); }"
                                + " return new Plain().getClass().getPackage().isSealed();")
                .source("Plain", "class Plain {}")
                .source("Exiting", "class Exiting { void run() { System.exit(3); } }");
    }

    @Test
    void a_class_of_a_signed_jar_that_is_rewritten_has_the_signer_of_its_package() throws Exception {
        Path unsigned =
                Files.write(folder.resolve("unsigned.jar"), endingBesideOthers().bytes());
        Path signed = folder.resolve("signed.jar");
        TestCertificate certificate = TestCertificate.make(folder, "RSA");
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate.certificate()));
        JarSigner signer = new JarSigner.Builder(certificate.key(), path).build();
        try (ZipFile zip = new ZipFile(unsigned.toFile());
                OutputStream out = Files.newOutputStream(signed)) {
            signer.sign(zip, out);
        }

        load(signed);

        assertThat(call("Ender")).isEqualTo(false);
        assertThat(loaded.loader()
                        .loadClass("testplugin.Exiting")
                        .getProtectionDomain()
                        .getCodeSource()
                        .getCertificates())
                .containsExactly(certificate.certificate());
    }

    @Test
    void a_class_of_a_sealed_package_that_is_rewritten_is_in_it() throws Exception {
        load(endingBesideOthers().attribute("Sealed", "true"));

        assertThat(call("Ender")).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"odd!/work", "with blanks", "gr\u00f6\u00dfe", "100%", "a#b?c", "plus+"})
    void a_jar_is_loaded_from_a_folder_of_any_name(String name) throws Exception {
        Path odd = Files.createDirectories(folder.resolve(name));
        PluginJar jar = endingBesideOthers().entry("own.txt", "mine".getBytes(StandardCharsets.UTF_8));

        load(Files.write(odd.resolve("plugin.jar"), jar.bytes()));

        assertThat(loaded.loader().loadClass("testplugin.Exiting").getClassLoader())
                .isSameAs(loaded.loader());
        try (InputStream in = loaded.loader().getResourceAsStream("own.txt")) {
            assertThat(in).hasContent("mine");
        }
    }

    @Test
    void a_jar_that_is_unloaded_is_closed_with_its_rewritten_classes() throws Exception {
        Path fds = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(fds));
        load(endingBesideOthers());

        loaded.manager().close();

        try (var all = Files.list(fds)) {
            assertThat(all.map(GenerationLoaderTest::target)).noneMatch(open -> open.startsWith(folder.toString()));
        }
    }

    @Test
    void the_first_cause_of_an_exception_is_told() {
        refused(
                PLAIN.members("public TestPlatform() { throw new IllegalStateException(\"cannot open the pool\","
                        + " new java.net.ConnectException(\"Connection refused\")); }"),
                "IllegalStateException: cannot open the pool",
                "; caused by java.net.ConnectException: Connection refused");
    }
}
