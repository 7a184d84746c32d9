package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code busbar jobs} at a running host. */
final class JobCommandsIT {
    @TempDir
    static Path folder;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(folder.resolve("data"));
        HttpResponse<String> installed = host.install(PluginJar.named("echoing").members("""
                @Override
                public List<dev.busbar.plugin.jobs.JobType<?>> jobs() {
                    return List.of(dev.busbar.plugin.jobs.JobType.of("echo", String.class, job -> {
                        job.progress(1, 2, "half of it");
                        if (job.request().equals("no")) {
                            throw ProblemException.conflict("there is no echo");
                        }
                        return job.request();
                    }).access(Access.WRITE));
                }
                """));
        assertThat(installed.statusCode()).as(installed.body()).isEqualTo(200);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static String submit(String request) throws Exception {
        HttpResponse<String> accepted = host.post(
                "/jobs",
                "application/json",
                "{\"platform\":\"echoing\",\"type\":\"echo\",\"request\":\"" + request + "\"}");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return accepted.body().replaceFirst(".*?\"id\":\"([^\"]+)\".*", "$1");
    }

    private static Typed type(String command, String... more) {
        CountDownLatch never = new CountDownLatch(1);
        return Typed.in(
                () -> !never.await(50, TimeUnit.MILLISECONDS),
                folder,
                Map.of(),
                Stream.concat(Stream.of(command.split(" ")), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void a_job_is_watched_to_its_end_and_shown() throws Exception {
        String id = submit("hello");

        assertThat(type("jobs watch", id).succeeds().out()).contains("state      succeeded", "50 % half of it");
        assertThat(type("jobs show", id, "--json").succeeds().out()).contains("\"result\":\"/jobs/" + id + "/result\"");
        assertThat(type("jobs list", "--platform=echoing", "--state=succeeded")
                        .succeeds()
                        .out())
                .contains(id, "echoing", "REASON");
        type("jobs cancel", id).fails("the job has ended before it was cancelled");
    }

    @Test
    void a_failed_job_is_told_by_the_exit_code_and_run_again() throws Exception {
        String id = submit("no");

        type("jobs watch", id).fails("there is no echo");
        assertThat(type("jobs retry", id).succeeds().out()).contains(id);
        type("jobs show", "none").fails("there is no job with this id");
    }
}
