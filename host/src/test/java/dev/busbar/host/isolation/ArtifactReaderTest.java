package dev.busbar.host.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.testing.PluginJar;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The reasons for which a jar is rejected before any of its code runs. */
final class ArtifactReaderTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);
    private static final PluginJar GOOD = PluginJar.named("billing");

    @TempDir
    private Path folder;

    private Artifact read(byte[] jar) throws InvalidPluginException, IOException {
        return new ArtifactReader().read(Files.write(folder.resolve("plugin.jar"), jar), DIGEST);
    }

    private void refused(PluginJar jar, String... reason) {
        refused(jar.bytes(), reason);
    }

    private void refused(byte[] jar, String... reason) {
        assertThatThrownBy(() -> read(jar))
                .isInstanceOf(InvalidPluginException.class)
                .hasMessageContainingAll(reason);
    }

    /** A class whose one method does what the body says. */
    private static byte[] classFile(Consumer<MethodVisitor> body) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "testplugin/Crafted", null, "java/lang/Object", null);
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "run", "()V", null, null);
        method.visitCode();
        body.accept(method);
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static PluginJar with(byte[] crafted) {
        return GOOD.entry("testplugin/Crafted.class", crafted);
    }

    @Test
    void a_sound_jar_is_read_with_all_that_its_manifest_says() throws Exception {
        Artifact artifact = read(GOOD.version("1.2.3-rc.1+build")
                .attribute("Plugin-Description", "Bills")
                .attribute("Plugin-License", "Apache-2.0")
                .attribute("Plugin-Dependencies", "turbo@>=1.2 & <2, echoes?")
                .bytes());

        assertThat(artifact.id()).isEqualTo("billing");
        assertThat(artifact.version()).hasToString("1.2.3-rc.1+build");
        assertThat(artifact.about()).isEqualTo(new Artifact.About("test", "Bills", "Apache-2.0"));
        assertThat(artifact.terms().requirements())
                .containsExactly(new Requirement("turbo", ">=1.2 & <2", false), new Requirement("echoes", "*", true));
        assertThat(artifact.extension()).isEqualTo("testplugin.TestPlatform");
        assertThat(artifact.classes().names()).contains("testplugin.TestPlatform");
        assertThat(artifact.label()).isEqualTo("billing 1.2.3-rc.1+build (0123456789ab)");
    }

    @Test
    void a_file_that_is_no_zip_may_still_be_on_its_way() {
        InvalidPluginException refused = catchThrowableOfType(
                InvalidPluginException.class, () -> read("not a jar".getBytes(StandardCharsets.UTF_8)));

        assertThat(refused.reason()).contains("not a complete zip file", "copy it again");
        assertThat(refused.isIncomplete()).isTrue();
    }

    @Test
    void a_half_written_zip_may_still_be_on_its_way() {
        byte[] whole = GOOD.bytes();

        InvalidPluginException refused = catchThrowableOfType(
                InvalidPluginException.class, () -> read(Arrays.copyOf(whole, whole.length * 2 / 3)));

        assertThat(refused.isIncomplete()).isTrue();
    }

    @Test
    void an_empty_file_may_still_be_on_its_way() {
        assertThat(catchThrowableOfType(InvalidPluginException.class, () -> read(new byte[0]))
                        .isIncomplete())
                .isTrue();
    }

    @Test
    void a_jar_without_a_manifest_is_refused() throws Exception {
        refused(Jar.without(GOOD.bytes(), "META-INF/MANIFEST.MF"), "it has no META-INF/MANIFEST.MF");
    }

    @Test
    void a_manifest_that_is_none_is_refused() throws Exception {
        refused(
                Jar.with(Jar.without(GOOD.bytes(), "META-INF/MANIFEST.MF"), "META-INF/MANIFEST.MF"),
                "its manifest cannot be read");
    }

    @Test
    void a_jar_without_an_id_is_refused() {
        refused(GOOD.attribute("Plugin-Id", ""), "Plugin-Id is missing", "[a-z][a-z0-9-]{1,40}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Billing", "b", "1billing", "bil_ling", "bil ling", "../etc", "bílling"})
    void an_odd_id_is_refused(String id) {
        refused(GOOD.attribute("Plugin-Id", id), "Plugin-Id: \"" + id + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "host", "health", "api", "well-known", "ws"})
    void a_name_of_the_hosts_own_is_refused(String id) {
        refused(GOOD.attribute("Plugin-Id", id), "Plugin-Id: \"" + id + "\"", "choose another id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "v1", "1", "1.0.0.0", "01.0.0", "latest"})
    void a_version_that_is_not_semantic_is_refused(String version) {
        refused(GOOD.version(version), "Plugin-Version: \"" + version + "\"", "such as 1.0.0");
    }

    @Test
    void a_jar_without_a_version_is_refused() {
        refused(GOOD.attribute("Plugin-Version", ""), "Plugin-Version is missing", "such as 1.0.0");
    }

    @Test
    void a_range_that_is_none_is_refused() {
        refused(GOOD.attribute("Plugin-Requires", "newest please"), "Plugin-Requires: \"newest please\"", "such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99.0.0", ">=99.0.0", ">=99.0.0 & <100.0.0"})
    void a_plugin_for_a_newer_host_is_refused(String range) {
        refused(GOOD.attribute("Plugin-Requires", range), "requires host API " + range, "and this host has");
    }

    @Test
    void classes_newer_than_this_jvm_are_refused() {
        byte[] newer = classFile(method -> {});
        ByteBuffer.wrap(newer).putShort(6, (short) (Runtime.version().feature() + 44 + 1));

        refused(
                with(newer),
                "class testplugin.Crafted was compiled for Java "
                        + (Runtime.version().feature() + 1),
                "lower --release");
    }

    @Test
    void a_class_file_that_is_none_is_refused() {
        refused(with(new byte[] {1, 2, 3}), "testplugin/Crafted.class is not a readable class file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dev/busbar/plugin/Platform.class", "org/pf4j/Plugin.class", "org/pf4j/util/StringUtils.class"})
    void a_copy_of_what_the_host_provides_is_refused(String name) {
        refused(GOOD.entry(name, classFile(method -> {})), "it contains " + name, "provided");
    }

    @ParameterizedTest
    @CsvSource({"slf4j, org/slf4j/", "jspecify, org/jspecify/annotations/"})
    void a_copy_of_a_logging_or_annotation_api_is_ignored_with_a_note(String library, String name) throws Exception {
        Artifact artifact = read(GOOD.entry(name + "Some.class", new byte[] {1})
                .entry(name + "Other.class", new byte[] {1})
                .bytes());

        assertThat(artifact.classes().notes())
                .containsExactly("its own copy of " + library + " is ignored; the host provides it");
        assertThat(artifact.classes().names()).noneMatch(type -> type.startsWith("org."));
    }

    @Test
    void a_jar_without_an_extension_index_is_refused() throws Exception {
        refused(
                Jar.without(GOOD.bytes(), "META-INF/extensions.idx"),
                "it has no META-INF/extensions.idx",
                "annotation processor path");
    }

    @Test
    void two_extensions_are_refused() {
        refused(
                GOOD.entry("META-INF/extensions.idx", "a.One\nb.Two # second\n".getBytes(StandardCharsets.UTF_8)),
                "names 2 extensions [a.One, b.Two]");
    }

    @Test
    void an_index_with_nothing_but_comments_is_refused() {
        refused(
                GOOD.entry("META-INF/extensions.idx", "# generated\n\n".getBytes(StandardCharsets.UTF_8)),
                "names 0 extensions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.txt", "a/../../evil.txt", "/etc/evil", "a\\..\\evil", ".."})
    void an_entry_that_leaves_its_folder_is_refused(String name) throws Exception {
        refused(Jar.with(GOOD.bytes(), name), "leaves its folder");
    }

    @Test
    void an_entry_name_that_only_looks_like_that_is_accepted() throws Exception {
        assertThat(read(Jar.with(GOOD.bytes(), "a..b/c..txt")).id()).isEqualTo("billing");
    }

    @Test
    void two_entries_of_one_name_are_refused() throws Exception {
        byte[] jar = Jar.with(GOOD.bytes(), "one.txt", "two.txt");

        refused(Jar.renamed(jar, "two.txt", "one.txt"), "two entries named one.txt");
    }

    @Test
    void a_damaged_class_is_refused() throws Exception {
        byte[] jar = GOOD.bytes();
        int data = new String(jar, StandardCharsets.ISO_8859_1).indexOf("testplugin/TestPlatform.class") + 45;
        Arrays.fill(jar, data, data + 60, (byte) 0xff);

        refused(jar, "testplugin/TestPlatform.class");
    }

    @Test
    void a_method_that_the_api_lacks_is_named() {
        refused(
                with(classFile(method -> method.visitMethodInsn(
                        Opcodes.INVOKESTATIC, "dev/busbar/plugin/Response", "teapot", "()V", false))),
                "it uses dev.busbar.plugin.Response.teapot()V",
                "build it against that API");
    }

    @Test
    void a_method_of_another_signature_is_named() {
        refused(
                with(classFile(method -> method.visitMethodInsn(
                        Opcodes.INVOKESTATIC, "dev/busbar/plugin/Response", "text", "(J)V", false))),
                "dev.busbar.plugin.Response.text(J)V");
    }

    @Test
    void a_constructor_that_the_api_lacks_is_named() {
        refused(
                with(classFile(method -> {
                    method.visitTypeInsn(Opcodes.NEW, "dev/busbar/plugin/HealthCheck");
                    method.visitMethodInsn(
                            Opcodes.INVOKESPECIAL, "dev/busbar/plugin/HealthCheck", "<init>", "()V", false);
                })),
                "dev.busbar.plugin.HealthCheck.<init>()V");
    }

    @Test
    void a_field_that_the_api_lacks_is_named() {
        refused(
                with(classFile(method -> {
                    method.visitFieldInsn(
                            Opcodes.GETSTATIC, "dev/busbar/plugin/Access", "ADMIN", "Ldev/busbar/plugin/Access;");
                    method.visitInsn(Opcodes.POP);
                })),
                "dev.busbar.plugin.Access.ADMIN");
    }

    @Test
    void a_type_that_the_api_lacks_is_named() {
        refused(
                with(classFile(method -> {
                    method.visitTypeInsn(Opcodes.NEW, "dev/busbar/plugin/Hologram");
                    method.visitInsn(Opcodes.POP);
                })),
                "it uses dev.busbar.plugin.Hologram");
    }

    @Test
    void a_supertype_that_the_api_lacks_is_named() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "testplugin/Crafted", null, "java/lang/Object", new String[] {
            "dev/busbar/plugin/Hologram"
        });
        writer.visitEnd();

        refused(with(writer.toByteArray()), "it uses dev.busbar.plugin.Hologram");
    }

    @Test
    void a_method_that_the_api_lacks_is_named_when_only_a_method_reference_uses_it() {
        Handle factory = new Handle(
                Opcodes.H_INVOKESTATIC,
                "java/lang/invoke/LambdaMetafactory",
                "metafactory",
                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                        + "Ljava/lang/invoke/MethodType;Ljava/lang/invoke/MethodHandle;Ljava/lang/invoke/MethodType;)"
                        + "Ljava/lang/invoke/CallSite;",
                false);
        Handle target = new Handle(Opcodes.H_INVOKESTATIC, "dev/busbar/plugin/Response", "teapot", "()V", false);

        refused(
                with(classFile(method -> {
                    method.visitInvokeDynamicInsn("run", "()Ljava/lang/Runnable;", factory, target);
                    method.visitInsn(Opcodes.POP);
                })),
                "dev.busbar.plugin.Response.teapot()V");
    }

    @Test
    void the_internals_of_the_api_are_not_for_plugins() {
        refused(
                GOOD.source("Nosy", "class Nosy { Object o = new dev.busbar.core.JsonCodec(null); }"),
                "dev.busbar.core.JsonCodec (not exported)");
    }

    @Test
    void inherited_methods_of_the_api_are_found() throws Exception {
        Artifact artifact = read(GOOD.source("Uses", """
                        import dev.busbar.plugin.*;
                        class Uses {
                            String all(ProblemException p, HealthCheck.Health.Status s, Platform f) throws Exception {
                                f.close();
                                java.util.function.Supplier<String> reference = p::getMessage;
                                return p.getMessage() + s.name() + f.hashCode() + reference.get();
                            }
                        }
                        """).bytes());

        assertThat(artifact.classes().names()).contains("testplugin.Uses");
    }

    @Test
    void entries_below_meta_inf_are_not_classes_of_the_plugin() throws Exception {
        Artifact artifact = read(GOOD.entry("META-INF/versions/99/testplugin/New.class", new byte[] {1})
                .entry("module-info.class", new byte[] {1})
                .bytes());

        assertThat(artifact.classes().names()).doesNotContain("module-info", "testplugin.New");
    }

    private static byte[] compiled(String className, String body) throws IOException {
        byte[] jar = GOOD.source(className, "class " + className + " { " + body + " }")
                .bytes();
        return Jar.entry(jar, "testplugin/" + className + ".class");
    }

    private static PluginJar multiRelease(String version, byte[] classFile) {
        return GOOD.attribute("Multi-Release", "true")
                .source("Versioned", "class Versioned { void run() {} }")
                .entry("META-INF/versions/" + version + "/testplugin/Versioned.class", classFile);
    }

    @Test
    void the_class_that_this_jvm_loads_from_a_multi_release_jar_is_the_one_that_is_scanned() throws Exception {
        byte[] ending = compiled("Versioned", "void run() { System.exit(3); }");

        assertThat(read(multiRelease("17", ending).bytes()).classes().exitCallers())
                .containsExactly("testplugin.Versioned");
        assertThat(read(multiRelease("99", ending).bytes()).classes().exitCallers())
                .isEmpty();
    }

    @Test
    void a_class_that_is_only_among_the_versioned_ones_is_scanned() throws Exception {
        PluginJar jar = GOOD.attribute("Multi-Release", "true");
        byte[] ending = compiled("Added", "void run() { System.exit(3); }");

        Artifact artifact = read(
                jar.entry("META-INF/versions/9/testplugin/Added.class", ending).bytes());

        assertThat(artifact.classes().names()).contains("testplugin.Added");
        assertThat(artifact.classes().exitCallers()).containsExactly("testplugin.Added");
        refused(
                jar.entry("META-INF/versions/9/dev/busbar/plugin/Platform.class", ending),
                "it contains dev/busbar/plugin/Platform.class");
        refused(
                jar.entry("META-INF/versions/9/testplugin/Added.class", new byte[] {1, 2, 3}),
                "testplugin/Added.class is not a readable class file");
    }

    @Test
    void a_jar_that_names_others_to_load_is_refused() throws Exception {
        refused(GOOD.attribute("Class-Path", "../lib/other.jar"), "Class-Path: \"../lib/other.jar\"", "neither signed");
        refused(GOOD.entry("META-INF/INDEX.LIST", new byte[0]), "META-INF/INDEX.LIST", "from other jars");
        refused(Jar.with(GOOD.bytes(), "meta-inf/manifest.mf"), "may be taken for the manifest");
    }

    @Test
    void an_attribute_without_an_effect_is_noted() throws Exception {
        Artifact artifact = read(GOOD.attribute("Plugin-Class", "testplugin.Start")
                .attribute("Add-Opens", "java.base/java.lang")
                .attribute("Plugin-Requires", "")
                .bytes());

        assertThat(artifact.classes().notes())
                .hasSize(3)
                .anyMatch(note -> note.contains("no manifest attribute Plugin-Requires"))
                .contains(
                        "its manifest attribute Add-Opens has no effect in a plugin",
                        "its manifest attribute Plugin-Class has no effect in a plugin");
    }

    @Test
    void all_faults_of_a_jar_are_told_at_once() {
        refused(
                GOOD.version("1.0")
                        .attribute("Plugin-Id", "My_Plugin")
                        .attribute("Plugin-Requires", "newest")
                        .attribute("Busbar-Handover", "soft")
                        .entry("META-INF/extensions.idx", new byte[0]),
                "Plugin-Id: \"My_Plugin\"",
                "Plugin-Version: \"1.0\"",
                "Plugin-Requires: \"newest\"",
                "Busbar-Handover: \"soft\"",
                "names 0 extensions");
    }

    @Test
    void faults_of_one_kind_are_counted() {
        byte[] newer = classFile(method -> {});
        ByteBuffer.wrap(newer).putShort(6, (short) 100);

        refused(
                with(newer).entry("testplugin/Other.class", newer).entry("testplugin/Third.class", newer),
                "was compiled for Java 56",
                "2 more of its kind");
    }

    @Test
    void a_jar_that_is_refused_has_the_name_that_it_claims() {
        InvalidPluginException refused = catchThrowableOfType(
                InvalidPluginException.class,
                () -> read(
                        GOOD.version("1.0").attribute("Plugin-Id", "My_Plugin").bytes()));

        assertThat(refused.plugin()).hasValue(new Artifact.Name("My_Plugin", "1.0"));
    }

    @Test
    void the_name_of_a_jar_is_read_without_its_classes() throws Exception {
        byte[] jar = with(new byte[] {1, 2, 3}).bytes();
        Path file = Files.write(folder.resolve("plugin.jar"), jar);

        assertThat(new ArtifactReader().name(file)).isEqualTo(new Artifact.Name("billing", "1.0.0"));
        assertThatThrownBy(() -> read(jar)).hasMessageContaining("not a readable class file");
    }

    @Test
    void a_library_is_told_from_a_plugin() throws Exception {
        byte[] library = Jar.without(
                GOOD.attribute("Plugin-Id", "").attribute("Plugin-Version", "").bytes(), "META-INF/extensions.idx");

        refused(library, "Plugin-Id is missing", "if it is a library");
        refused(
                GOOD.attribute("Plugin-Id", "").entry("plugin.properties", new byte[0]),
                "Plugin-Id is missing",
                "plugin.properties is not read");
    }

    @Test
    void classes_that_inflate_to_many_times_the_jar_are_refused() {
        byte[] large = classFile(method -> method.visitLdcInsn("x".repeat(60_000)));
        PluginJar jar = GOOD;
        for (int i = 0; i < 40; i++) {
            jar = jar.entry("testplugin/Large" + i + ".class", large);
        }

        refused(jar, "its classes have more than", "30 times as many as the jar");
    }

    @Test
    void a_directory_that_claims_to_be_large_is_refused_before_it_is_read() {
        byte[] jar = GOOD.bytes();
        ByteBuffer.wrap(jar).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(jar.length - 10, 1 << 30);

        refused(jar, "its directory has", (1 << 30) + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org/pf4j/demo/hello/Hello.class", "dev/busbar/plugins/Own.class"})
    void a_class_is_not_refused_for_a_prefix_of_the_hosts(String name) throws Exception {
        String className = name.substring(0, name.length() - ".class".length()).replace('/', '.');

        assertThat(read(GOOD.entry(name, classFile(method -> {})).bytes())
                        .classes()
                        .names())
                .contains(className);
    }

    @Test
    void a_class_of_a_package_of_the_hosts_is_refused_although_the_host_has_none_of_its_name() {
        refused(
                GOOD.entry("org/pf4j/Invented.class", classFile(method -> {})),
                "it contains org/pf4j/Invented.class, whose package the host provides",
                "keep classes of its own elsewhere");
    }

    @Test
    void a_class_below_a_package_of_slf4j_is_scanned_as_any_other() throws Exception {
        Artifact artifact = read(GOOD.entry("org/slf4j/bridge/Bridge.class", classFile(method -> {}))
                .bytes());

        assertThat(artifact.classes().names()).contains("org.slf4j.bridge.Bridge");
    }

    @Test
    void a_jar_without_its_libraries_is_refused_with_the_class_that_is_missing() throws Exception {
        PluginJar thin = GOOD.members("Object mapper() { return new Gone(); }").source("Gone", "class Gone {}");

        refused(
                Jar.without(thin.bytes(), "testplugin/Gone.class"),
                "it needs testplugin.Gone (used by testplugin.TestPlatform)",
                "neither in the jar nor provided by the host",
                "maven-shade-plugin");
        refused(
                Jar.with(Jar.without(thin.bytes(), "testplugin/Gone.class"), "lib/gone-1.0.jar"),
                "jars inside the jar, in lib/, are not read");
    }

    @Test
    void a_library_whose_own_library_is_missing_is_told_as_well() throws Exception {
        PluginJar thin = GOOD.members("Object mapper() { return new Mapper(); }")
                .source("Mapper", "class Mapper extends Core {}")
                .source("Core", "class Core {}");

        refused(Jar.without(thin.bytes(), "testplugin/Core.class"), "it needs testplugin.Core");
    }

    @Test
    void what_a_bundled_library_may_do_without_is_not_missed() throws Exception {
        PluginJar jar = GOOD.source("Optional", "class Optional { Object o = new Absent(); }")
                .source("Absent", "class Absent {}");

        assertThat(read(Jar.without(jar.bytes(), "testplugin/Absent.class")).id())
                .isEqualTo("billing");
    }

    @Test
    void a_plugin_of_another_host_is_told_so() {
        refused(
                GOOD.source(
                                "Greeting",
                                "public class Greeting implements Runnable, org.pf4j.ExtensionPoint {"
                                        + " public void run() {} }")
                        .entry("META-INF/extensions.idx", "testplugin.Greeting".getBytes(StandardCharsets.UTF_8)),
                "extension testplugin.Greeting does not implement Platform, but org.pf4j.ExtensionPoint",
                "expected: dev.busbar.plugin.Platform",
                "made for another host");
    }

    @Test
    void an_extension_that_is_not_public_is_told_so() {
        refused(
                GOOD.source(
                                "Hidden",
                                "class Hidden implements dev.busbar.plugin.Platform {"
                                        + " public java.util.List<dev.busbar.plugin.Route> routes() {"
                                        + " return java.util.List.of(); } }")
                        .entry("META-INF/extensions.idx", "testplugin.Hidden".getBytes(StandardCharsets.UTF_8)),
                "extension testplugin.Hidden is not a public class");
    }

    @Test
    void a_class_that_the_code_expects_to_be_missing_is_not_missed() throws Exception {
        PluginJar jar = GOOD.members("Object sink() { try { return new Sink(); }"
                        + " catch (NoClassDefFoundError e) { return null; } }")
                .source("Sink", "class Sink { Object o = new Absent(); }")
                .source("Absent", "class Absent {}");

        assertThat(read(Jar.without(jar.bytes(), "testplugin/Absent.class")).id())
                .isEqualTo("billing");
        refused(
                Jar.without(jar.members("Object other() { return new Sink(); }").bytes(), "testplugin/Absent.class"),
                "it needs testplugin.Absent");
    }

    @Test
    void what_is_below_a_short_package_is_not_the_plugins_own() {
        ClassLinks shallow = new ClassLinks("com.acme.Billing");
        ClassLinks middle = new ClassLinks("com.acme.billing.Billing");
        ClassLinks deep = new ClassLinks("com.acme.billing.web.Billing");

        assertThat(shallow.isOwn("com/acme/Other")).isTrue();
        assertThat(shallow.isOwn("com/acme/library/Other")).isFalse();
        assertThat(middle.isOwn("com/acme/billing/web/Other")).isTrue();
        assertThat(middle.isOwn("com/acme/Other")).isFalse();
        assertThat(deep.isOwn("com/acme/billing/Other")).isTrue();
        assertThat(new ClassLinks("Billing").isOwn("com/acme/Other")).isFalse();
    }

    @Test
    void a_jar_that_was_admitted_before_keeps_running_with_a_note() throws Exception {
        PluginJar thin = GOOD.members("Object mapper() { return new Gone(); }").source("Gone", "class Gone {}");
        Path file = Files.write(folder.resolve("plugin.jar"), Jar.without(thin.bytes(), "testplugin/Gone.class"));

        Artifact artifact = new ArtifactReader().readAdmitted(file, DIGEST);

        assertThat(artifact.classes().notes()).singleElement().asString().contains("it needs testplugin.Gone");
        Path naming = Files.write(
                folder.resolve("naming.jar"),
                GOOD.attribute("Class-Path", "other.jar").bytes());
        assertThatThrownBy(() -> new ArtifactReader().readAdmitted(naming, DIGEST))
                .hasMessageContaining("Class-Path");
    }
}
