package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.HostProcess;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Crash loops: a plugin whose start crashes the host is quarantined by the next process. */
final class CrashLoopIT {
    private static final int KILLED = 9;

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private Path trigger() {
        return hosts.data().resolve("kill");
    }

    /** Ends the process in its start, by a way around the guard, whenever the trigger is there. */
    private PluginJar killer(String version) {
        return answering("billing", version)
                .members("public void start(PlatformContext context) throws Exception {"
                        + " if (java.nio.file.Files.exists(java.nio.file.Path.of(\"" + trigger() + "\"))) {"
                        + " Runtime.class.getMethod(\"halt\", int.class).invoke(Runtime.getRuntime(), " + KILLED
                        + "); } }");
    }

    private String served() throws Exception {
        return hosts.host().get("/api/billing").body();
    }

    @Test
    void a_new_version_that_kills_the_host_is_refused_by_the_next_one() throws Exception {
        Path jar = hosts.folder().resolve("billing.jar");
        answering("billing", "1.0.0").write(jar);
        assertThat(served()).isEqualTo("1.0.0");
        hosts.stop();
        Files.createFile(trigger());
        killer("2.0.0").write(jar);
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);

        hosts.host();

        assertThat(served()).isEqualTo("1.0.0");
        ReceiptFile.await(
                jar,
                "REJECTED",
                "the host crashed 1 times while version 2.0.0 was being started, so it is quarantined");

        Files.delete(trigger());
        Files.delete(jar);
        await().untilAsserted(() -> assertThat(hosts.plugins().list()).isEmpty());
        killer("2.0.0").write(jar);
        await().untilAsserted(() -> assertThat(served()).isEqualTo("2.0.0"));
    }

    @Test
    void what_has_run_before_is_given_a_second_chance_alone_and_then_replaced() throws Exception {
        hosts.host().install(answering("billing", "1.0.0"));
        hosts.host().install(killer("2.0.0"));
        hosts.host().install(answering("neighbour", "1.0.0"));
        hosts.stop();
        Files.createFile(trigger());
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);

        hosts.host();

        assertThat(served()).isEqualTo("1.0.0");
        assertThat(hosts.host().get("/api/neighbour").body()).isEqualTo("1.0.0");
        assertThat(hosts.host().get("/admin/plugins/billing").body())
                .contains("the host crashed 2 times while version 2.0.0 was being started", "version 1.0.0 runs");

        Files.delete(trigger());
        assertThat(hosts.host().change("billing", "reload").statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo("2.0.0");
        assertThat(hosts.plugins().find("billing").orElseThrow().reason()).isEmpty();
    }

    @Test
    void of_several_starts_under_way_only_the_digest_that_crashes_the_host_is_quarantined() throws Exception {
        Path begun = hosts.data().resolve("begun");
        Files.createFile(trigger());
        answering("good", "1.0.0")
                .members("public void start(PlatformContext context) throws Exception {"
                        + " java.nio.file.Path begun = java.nio.file.Path.of(\"" + begun + "\");"
                        + " if (!java.nio.file.Files.exists(begun)) { java.nio.file.Files.createFile(begun);"
                        + " new CountDownLatch(1).await(); } }")
                .write(hosts.folder().resolve("good.jar"));
        Path jar = answering("billing", "1.0.0")
                .members("public void start(PlatformContext context) throws Exception {"
                        + " while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + begun + "\"))) {"
                        + " Thread.onSpinWait(); }"
                        + " if (java.nio.file.Files.exists(java.nio.file.Path.of(\"" + trigger() + "\"))) {"
                        + " Runtime.class.getMethod(\"halt\", int.class).invoke(Runtime.getRuntime(), " + KILLED
                        + "); } }")
                .write(hosts.folder().resolve("billing.jar"));
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);

        hosts.host();

        assertThat(hosts.host().get("/api/good").body()).isEqualTo("1.0.0");
        ReceiptFile.await(jar, "REJECTED", "the host crashed 2 times while version 1.0.0 was being started");
    }

    @Test
    void a_way_out_by_exit_is_no_good_order() throws Exception {
        answering("billing", "1.0.0")
                .members("public void start(PlatformContext context) throws Exception {"
                        + " if (java.nio.file.Files.exists(java.nio.file.Path.of(\"" + trigger() + "\"))) {"
                        + " System.class.getMethod(\"exit\", int.class).invoke(null, 0); } }")
                .write(hosts.folder().resolve("billing.jar"));
        Files.createFile(trigger());
        assertThat(HostProcess.runUntilItDies(hosts.data())).isZero();

        hosts.host();

        ReceiptFile.await(hosts.folder().resolve("billing.jar"), "REJECTED", "the host crashed 1 times");
    }

    @Test
    void a_digest_that_crashed_with_the_host_once_is_started_again() throws Exception {
        hosts.host().install(killer("1.0.0"));
        hosts.stop();
        Files.createFile(trigger());
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);
        Files.delete(trigger());

        hosts.host();

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void without_an_earlier_version_the_platform_is_unavailable_and_says_so() throws Exception {
        hosts.host().install(killer("1.0.0"));
        hosts.stop();
        Files.createFile(trigger());
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);
        assertThat(HostProcess.runUntilItDies(hosts.data())).isEqualTo(KILLED);

        hosts.host();

        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(503);
        PluginView view = hosts.plugins().find("billing").orElseThrow();
        assertThat(view.state()).isEqualTo(PluginState.FAILED);
        assertThat(view.reason().orElse("")).contains("the host crashed 2 times");
        Files.delete(trigger());
        assertThat(hosts.host().change("billing", "reload").statusCode()).isEqualTo(200);
    }
}
