package dev.busbar.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts/dev, with a Maven that only writes to standard output, as Maven 3.8 does, and a host that has answered. */
class DevScriptTest {
    private static final byte[] JAR = {1, 2, 3};

    @TempDir
    Path root;

    @BeforeEach
    void aBuiltPluginAndAReceipt() throws Exception {
        Path scripts = Files.createDirectories(root.resolve("scripts"));
        Files.copy(Repository.ROOT.resolve("scripts/dev"), scripts.resolve("dev"));
        executable(scripts.resolve("maven"), "#!/bin/sh\nprintf '\\033[0m'\n");
        Path target = Files.createDirectories(root.resolve("plugins/hello/target"));
        Files.write(target.resolve("hello-1.0.0.jar"), JAR);
        Files.writeString(root.resolve("plugins/hello/pom.xml"), "<project/>");
        Path folder = Files.createDirectories(root.resolve("data/plugins"));
        Files.writeString(
                root.resolve("data/busbar.json"),
                "{\"pid\": " + ProcessHandle.current().pid() + "}");
        Files.writeString(folder.resolve("hello-dev.jar.status.json"), receipt());
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String receipt() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(JAR);
        return "{\"state\": \"ACTIVE\", \"sha256\": \"" + HexFormat.of().formatHex(digest) + "\"}";
    }

    @Test
    void the_receipt_alone_goes_to_standard_output() throws Exception {
        ProcessBuilder dev =
                new ProcessBuilder("bash", root.resolve("scripts/dev").toString(), "hello");
        dev.directory(root.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        dev.environment().put("BUSBAR_DATA", root.resolve("data").toString());
        dev.environment().remove("BUSBAR_PLUGINS");

        Process process = dev.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output).isEqualTo(receipt() + "\n");
    }
}
