package dev.busbar.host.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.HostInsight;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Jobs of a platform, from submission to result, over swaps and a restart. Test and plugin meet in the system properties: the
 * job takes a permit for each step and leaves a line for it.
 */
final class JobsIT {
    @RegisterExtension
    static final HostExtension HOSTS =
            new HostExtension("--swap.drainMargin=500ms", "--swap.closeLimit=2s", "--jobs.cancelLimit=300ms");

    private static final String SEEN = "busbar.test.jobs";
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final Map<String, Object> seen = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Object> done = new ConcurrentLinkedQueue<>();
    private final Semaphore steps = new Semaphore(0);
    private final CountDownLatch stubborn = new CountDownLatch(1);
    private TestHost host;

    @BeforeEach
    void begin() throws IOException, InterruptedException {
        seen.put("done", done);
        seen.put("steps", steps);
        seen.put("stubborn", stubborn);
        Properties properties = System.getProperties();
        properties.put(SEEN, seen);
        host = HOSTS.host();
    }

    @AfterEach
    void forget() {
        stubborn.countDown();
        System.getProperties().remove(SEEN);
    }

    private static PluginJar counter(String version, String schemas) {
        return PluginJar.named("counter")
                .version(version)
                .members("""
                public record Count(long to, String mode) {}

                private static final String VERSION = "%s";
                private PlatformContext context;

                @Override
                public void start(PlatformContext c) { context = c; }

                @SuppressWarnings("unchecked")
                static Map<String, Object> seen() {
                    return (Map<String, Object>) System.getProperties().get("%s");
                }

                @SuppressWarnings("unchecked")
                static void saw(String text) {
                    ((Queue<Object>) seen().get("done")).add(text);
                }

                private final dev.busbar.plugin.jobs.JobType<Count> type =
                        dev.busbar.plugin.jobs.JobType.of("count", Count.class, this::count)
                                .access(Access.WRITE).retries(2).limit(Duration.ofMinutes(1)).concurrency(10).schema(%s);

                @Override
                public List<dev.busbar.plugin.jobs.JobType<?>> jobs() { return List.of(type); }

                private Object count(dev.busbar.plugin.jobs.Job<Count> job) throws Exception {
                    switch (job.request().mode()) {
                        case "invalid" -> throw ProblemException.conflict("there is nothing to count");
                        case "huge" -> { return "x".repeat(2 << 20); }
                        case "stubborn" -> {
                            saw("entered");
                            while (true) {
                                try {
                                    ((CountDownLatch) seen().get("stubborn")).await();
                                    return "late";
                                } catch (InterruptedException e) {
                                    saw("interrupted");
                                }
                            }
                        }
                        case "waits" -> {
                            saw(VERSION + " entered");
                            ((Semaphore) seen().get("steps")).acquire();
                            return VERSION;
                        }
                        default -> { }
                    }
                    long next = job.restored().map(saved -> saved.as(Long.class)).orElse(1L);
                    for (long n = next; n <= job.request().to(); n++) {
                        ((Semaphore) seen().get("steps")).acquire();
                        saw(VERSION + " " + n);
                        job.progress(n, job.request().to(), "step " + n);
                        job.checkpoint(n + 1);
                    }
                    return Map.of("steps", job.request().to());
                }
                """.formatted(version, SEEN, schemas))
                .route("Route.post(\"/counts\", r -> Response.text(context.jobs().submit(type, new Count(1, \"\"),"
                        + " dev.busbar.plugin.jobs.Submission.options().uniqueKey(\"one\"))))"
                        + ".access(Access.WRITE).deadline(Duration.ofMillis(500))");
    }

    private static String body(long to, String mode) {
        return "{\"platform\":\"counter\",\"type\":\"count\",\"request\":{\"to\":%d,\"mode\":\"%s\"}}"
                .formatted(to, mode);
    }

    private String submit(long to, String mode) throws IOException, InterruptedException {
        HttpResponse<String> accepted = host.post("/jobs", "application/json", body(to, mode));
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String id = id(accepted.body());
        assertThat(accepted.headers().firstValue("location")).contains("/jobs/" + id);
        return id;
    }

    private static String id(String body) {
        Matcher found = ID.matcher(body);
        assertThat(found.find()).as(body).isTrue();
        return found.group(1);
    }

    private String show(String id) throws IOException, InterruptedException {
        return host.get("/jobs/" + id).body();
    }

    private void awaitState(String id, String state) {
        await().pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(show(id)).contains("\"state\":\"" + state + "\""));
    }

    private void awaitSeen(Object... lines) {
        await().pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(done).containsExactly(lines));
    }

    @Test
    void a_job_goes_from_submission_to_result() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(2, "");
        awaitState(id, "running");
        assertThat(host.get("/jobs/" + id + "/result").statusCode()).isEqualTo(409);

        steps.release(2);
        awaitState(id, "succeeded");

        assertThat(done).containsExactly("1.0.0 1", "1.0.0 2");
        assertThat(show(id))
                .contains("\"done\":2,\"total\":2,\"percent\":100,\"message\":\"step 2\"")
                .contains("\"result\":\"/jobs/" + id + "/result\"")
                .contains("\"attempts\":1");
        assertThat(host.get("/jobs/" + id + "/result").body()).isEqualTo("{\"steps\":2}");
        assertThat(host.get("/jobs?platform=counter&state=succeeded&limit=1").body())
                .contains(id);
    }

    @Test
    void a_request_waits_for_the_end_of_a_job_and_no_longer_than_it_wants_to() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(1, "");

        long began = System.nanoTime();
        assertThat(host.send(host.request("/jobs/" + id)
                                .header("Prefer", "wait=1")
                                .GET())
                        .body())
                .contains("\"state\":\"running\"");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(900));
        steps.release();
        HttpResponse<String> ended = host.send(
                host.request("/jobs/" + id).header("Prefer", "wait=20").GET());

        assertThat(ended.body()).contains("\"state\":\"succeeded\"");
        assertThat(ended.headers().firstValue("preference-applied")).contains("wait=20");
        assertThat(host.send(host.request("/jobs/none")
                                .header("Prefer", "wait=20")
                                .GET())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_route_submits_a_job_as_its_caller_once_for_one_key() throws Exception {
        host.install(counter("1.0.0", "1"));

        String id = host.send(host.request("/api/counter/counts").POST(BodyPublishers.noBody()))
                .body();
        String same = host.send(host.request("/api/counter/counts").POST(BodyPublishers.noBody()))
                .body();

        assertThat(same).isEqualTo(id);
        steps.release();
        awaitState(id, "succeeded");
        assertThat(show(id)).contains("\"principal\":\"admin\"");
    }

    @Test
    void a_running_job_moves_to_the_new_generation_with_its_checkpoint() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(5, "");
        steps.release(2);
        awaitSeen("1.0.0 1", "1.0.0 2");

        host.install(counter("2.0.0", "1"));
        steps.release(3);
        awaitState(id, "succeeded");

        assertThat(done.stream().map(line -> ((String) line).substring(6))).containsExactly("1", "2", "3", "4", "5");
        assertThat(done.stream()
                        .filter(line -> ((String) line).startsWith("1."))
                        .count())
                .isEqualTo(3);
        assertThat(show(id)).contains("\"attempts\":1");
    }

    @Test
    void a_job_that_does_not_save_in_time_is_interrupted_and_runs_again_on_the_new_generation() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(1, "waits");
        awaitSeen("1.0.0 entered");

        host.install(counter("2.0.0", "1"));
        awaitSeen("1.0.0 entered", "2.0.0 entered");
        steps.release();
        awaitState(id, "succeeded");

        assertThat(host.get("/jobs/" + id + "/result").body()).isEqualTo("\"2.0.0\"");
        assertThat(show(id)).contains("\"attempts\":1");
    }

    @Test
    void a_checkpoint_that_the_version_cannot_read_waits_and_says_so() throws Exception {
        host.install(counter("1.0.0", "3"));
        String id = submit(3, "");
        steps.release(1);
        awaitSeen("1.0.0 1");

        host.install(counter("2.0.0", "2"));
        steps.release(2);
        awaitState(id, "queued");
        await().untilAsserted(() -> assertThat(show(id)).contains("its checkpoint has the schema 3"));
        assertThat(host.change("counter", "rollback").statusCode()).isEqualTo(200);
        awaitState(id, "succeeded");

        assertThat(done.stream().map(line -> ((String) line).substring(6))).containsExactly("1", "2", "3");
    }

    @Test
    void a_stop_of_the_host_costs_no_step() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(4, "");
        steps.release(2);
        awaitSeen("1.0.0 1", "1.0.0 2");

        host = HOSTS.restart();
        steps.release(2);
        awaitState(id, "succeeded");

        assertThat(done).containsExactly("1.0.0 1", "1.0.0 2", "1.0.0 3", "1.0.0 4");
    }

    @Test
    void a_cancelled_job_is_interrupted_and_ends() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(1, "");
        awaitState(id, "running");

        assertThat(host.send(host.request("/jobs/" + id).DELETE()).statusCode()).isEqualTo(204);

        awaitState(id, "cancelled");
        assertThat(host.send(host.request("/jobs/" + id).DELETE()).statusCode()).isEqualTo(204);
        assertThat(host.get("/jobs/" + id + "/result").statusCode()).isEqualTo(409);
        assertThat(done).isEmpty();
    }

    @Test
    void a_job_that_ignores_its_cancellation_ends_without_its_thread_which_is_shown() throws Exception {
        host.install(counter("1.0.0", "1"));
        String id = submit(1, "stubborn");
        awaitSeen("entered");

        host.send(host.request("/jobs/" + id).DELETE());
        awaitState(id, "cancelled");

        assertThat(host.get("/admin/plugins/counter/generations").body())
                .contains("job count " + id)
                .contains("CountDownLatch.await");
        stubborn.countDown();
        await().untilAsserted(() -> assertThat(
                        host.get("/admin/plugins/counter/generations").body())
                .doesNotContain("job count " + id));
        assertThat(show(id)).contains("\"state\":\"cancelled\"");
    }

    @Test
    void a_final_problem_and_a_result_that_is_too_large_are_shown_and_the_failed_job_is_run_again_by_hand()
            throws Exception {
        host.install(counter("1.0.0", "1"));
        String invalid = submit(1, "invalid");
        String huge = submit(1, "huge");
        awaitState(invalid, "failed");

        assertThat(show(invalid)).contains("there is nothing to count").contains("\"status\":409");
        await().untilAsserted(() -> assertThat(show(huge)).contains("at most 1048576"));
        HttpResponse<String> again =
                host.send(host.request("/jobs/" + invalid + "/retry").POST(BodyPublishers.noBody()));
        assertThat(again.statusCode()).isEqualTo(202);
        awaitState(invalid, "failed");
        host.send(host.request("/jobs/" + huge).DELETE());
    }

    @Test
    void what_is_wrong_with_a_submission_is_said() throws Exception {
        host.install(counter("1.0.0", "1"));

        assertThat(host.post("/jobs", "application/json", "{}").statusCode()).isEqualTo(422);
        assertThat(host.post("/jobs", "application/json", body(1, "").replace("\"count\"", "\"cuont\""))
                        .body())
                .contains("no platform that runs now declares this type");
        assertThat(host.post("/jobs", "application/json", "{\"platform\":").statusCode())
                .isEqualTo(400);
        assertThat(host.get("/jobs/none").statusCode()).isEqualTo(404);
        for (String after : List.of("+999999999-12-31T23:59:59Z", "1969-12-31T00:00:00Z")) {
            String far = body(1, "").replace("{\"platform\"", "{\"after\":\"" + after + "\",\"platform\"");
            assertThat(host.post("/jobs", "application/json", far).body()).contains("within the next 366 days");
        }
        String id = id(host.post("/jobs", "application/json", body(1, "").replace("\"to\":1", "\"to\":\"one\""))
                .body());
        awaitState(id, "failed");
        assertThat(show(id)).contains("\"pointer\":\"/to\"");
    }

    /** The response to the creation of a key of a service that may count. */
    private String newKey(String principal) throws IOException, InterruptedException {
        host.send(host.request("/admin/roles/counting")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"counter:write\"]}")));
        host.post(
                "/admin/principals",
                "application/json",
                "{\"id\":\"%s\",\"kind\":\"service\",\"roles\":[\"counting\"]}".formatted(principal));
        return host.post("/admin/keys", "application/json", "{\"name\":\"k\",\"owner\":\"%s\"}".formatted(principal))
                .body();
    }

    private static String member(String name, String body) {
        return body.replaceAll("(?s).*\"" + name + "\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void the_jobs_of_others_are_not_there_and_a_withdrawn_key_starts_nothing() throws Exception {
        host.install(counter("1.0.0", "1"));
        String admins = submit(1, "invalid");
        String created = newKey("ada");
        TestHost ada = host.withKey(member("key", created));

        assertThat(ada.get("/jobs/" + admins).statusCode()).isEqualTo(404);
        assertThat(ada.get("/jobs").body()).isEqualTo("[]");
        String soon = Instant.now().plusMillis(1_500).toString();
        HttpResponse<String> later = ada.post(
                "/jobs",
                "application/json",
                body(1, "").replace("{\"platform\"", "{\"after\":\"" + soon + "\",\"platform\""));
        assertThat(later.statusCode()).as(later.body()).isEqualTo(202);
        String id = id(later.body());
        host.send(host.request("/admin/keys/" + member("id", created)).DELETE());
        awaitState(id, "failed");

        assertThat(show(id)).contains("\"status\":403").contains("counter:write");
        assertThat(done).isEmpty();
    }

    @Test
    void a_principal_with_many_jobs_does_not_hold_up_another() throws Exception {
        host.install(counter("1.0.0", "1"));
        TestHost bob = host.withKey(member("key", newKey("bob")));
        JobQueue queue = HostInsight.jobs(host.host());
        for (int i = 0; i < 20; i++) {
            submit(1, "");
        }
        await().untilAsserted(() -> assertThat(running(queue)).hasSize(3));

        String single = id(bob.post("/jobs", "application/json", body(1, "")).body());
        await().untilAsserted(() -> assertThat(running(queue)).contains(single).hasSize(4));
        steps.release(21);
        await().untilAsserted(() -> assertThat(done).hasSize(21));
    }

    private static List<String> running(JobQueue queue) {
        return queue.list(Map.of(), Optional.of("running"), "", 10).stream()
                .map(StoredJob::id)
                .toList();
    }
}
