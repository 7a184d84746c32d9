package dev.busbar.host.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Schedules over HTTP, and the jobs that they start. */
final class SchedulesIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--webhooks.allowPrivate=true");

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern JOB = Pattern.compile("\"job\":\"([^\"]+)\"");

    private TestHost host;

    @BeforeEach
    void begin() {
        host = HOSTS.host();
    }

    private static PluginJar echo(String version, String schedules) {
        return PluginJar.named("echo")
                .version(version)
                .members("""
                public record Word(String text) {}

                private final dev.busbar.plugin.jobs.JobType<Word> type =
                        dev.busbar.plugin.jobs.JobType.of("say", Word.class, job -> job.principal().id() + " " + job.request().text())
                                .access(Access.WRITE);

                @Override
                public List<dev.busbar.plugin.jobs.JobType<?>> jobs() { return List.of(type); }

                @Override
                public List<dev.busbar.plugin.jobs.Schedule<?>> schedules() { return List.of(%s); }
                """.formatted(schedules))
                .route(
                        "Route.post(\"/words\", r -> Response.json(java.util.Map.of(\"said\", r.json(Word.class).text(),"
                                + " \"key\", r.header(\"idempotency-key\").isPresent()))).access(Access.WRITE).bodyType(Word.class)")
                .route(
                        "Route.get(\"/gone\", r -> { throw ProblemException.conflict(\"not today\"); }).access(Access.READ)");
    }

    private static String nightly(String cron) {
        return "dev.busbar.plugin.jobs.Schedule.of(\"nightly\", type, new Word(\"night\"))"
                + ".cron(\"%s\", java.time.ZoneId.of(\"Europe/Berlin\"))".formatted(cron);
    }

    private HttpResponse<String> create(String action) throws IOException, InterruptedException {
        return host.post(
                "/schedules",
                "application/json",
                "{\"name\":\"test\",\"cron\":\"30 2 * * *\",\"zone\":\"Europe/Berlin\"," + action + "}");
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    /** Runs a schedule now, and returns its job when that has ended. */
    private String ran(String schedule) throws IOException, InterruptedException {
        HttpResponse<String> started = host.post("/schedules/" + schedule + "/run", "application/json", "");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        String job = first(JOB, started.body());
        assertThat(started.headers().firstValue("location")).contains("/jobs/" + job);
        await().until(() -> host.get("/jobs/" + job).body().matches("(?s).*\"state\":\"(succeeded|failed)\".*"));
        return job;
    }

    @Test
    void a_scheduled_request_passes_the_route_chain_as_its_creator() throws Exception {
        host.install(echo("1.0.0", ""));
        HttpResponse<String> created =
                create("\"request\":{\"method\":\"POST\",\"path\":\"/api/echo/words\",\"body\":{\"text\":\"hello\"}}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.body())
                .contains("\"nextRuns\":[{", "T02:30:00+0", "\"clockChanges\":[{", "02:30 does not exist")
                .contains("\"state\":\"active\"");

        String job = ran(first(ID, created.body()));

        assertThat(host.get("/jobs/" + job + "/result").body())
                .contains("\"status\":200", "\"said\":\"hello\"", "\"key\":true");
        assertThat(host.get("/schedules/" + first(ID, created.body()) + "/runs").body())
                .contains("\"kind\":\"hand\"", "\"outcome\":\"started\"");
    }

    @Test
    void the_problem_of_a_response_is_that_of_the_job() throws Exception {
        host.install(echo("1.0.0", ""));
        HttpResponse<String> created = create("\"request\":{\"method\":\"GET\",\"path\":\"/api/echo/gone\"}");

        String job = ran(first(ID, created.body()));

        assertThat(host.get("/jobs/" + job).body()).contains("\"state\":\"failed\"", "not today", "\"status\":409");
    }

    @Test
    void a_scheduled_job_runs_with_its_request() throws Exception {
        host.install(echo("1.0.0", ""));
        HttpResponse<String> created =
                create("\"job\":{\"platform\":\"echo\",\"type\":\"say\",\"request\":{\"text\":\"hi\"}}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);

        String job = ran(first(ID, created.body()));

        assertThat(host.get("/jobs/" + job + "/result").body()).contains("admin hi");
    }

    @Test
    void a_declared_schedule_follows_the_version_and_runs_as_the_platform() throws Exception {
        host.install(echo("1.0.0", nightly("30 2 * * *")));
        await().until(() -> host.get("/schedules?owner=platform:echo").body().contains("\"cron\":\"30 2 * * *\""));
        String id = first(ID, host.get("/schedules?owner=platform:echo").body());

        assertThat(host.get("/jobs/" + ran(id) + "/result").body()).contains("platform:echo night");
        assertThat(host.send(host.request("/schedules/" + id).DELETE()).statusCode())
                .isEqualTo(409);

        host.install(echo("1.1.0", nightly("0 4 * * *")));
        await().until(() -> host.get("/schedules/" + id).body().contains("\"cron\":\"0 4 * * *\""));
        host.install(echo("1.2.0", ""));
        await().until(() -> host.get("/schedules/" + id).statusCode() == 404);
    }

    @Test
    void a_plugin_with_a_schedule_that_has_no_time_does_not_start() throws Exception {
        HttpResponse<String> refused = host.install(echo("1.0.0", nightly("0 0 30 2 *")));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("schedule", "nightly", "0 0 30 2 *", "a date that exists");
    }

    @Test
    void what_cannot_be_scheduled_is_refused_with_the_reason() throws Exception {
        host.install(echo("1.0.0", ""));

        assertThat(create("\"request\":{\"method\":\"GET\",\"path\":\"/api/echo/nothing\"}")
                        .body())
                .contains("\"status\":422", "/request/path", "a route that is served");
        assertThat(create("\"job\":{\"platform\":\"echo\",\"type\":\"shout\"}").body())
                .contains("\"status\":422", "/job/type", "shout");
        assertThat(create("\"unknown\":1").statusCode()).isEqualTo(422);
        assertThat(host.post("/schedules", "application/json", "{").statusCode())
                .isEqualTo(400);
        assertThat(host.get("/schedules/none").statusCode()).isEqualTo(404);
        assertThat(host.send(host.request("/schedules/none")
                                .header("content-type", "application/merge-patch+json")
                                .method("PATCH", BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_webhook_is_created_rotated_and_deleted() throws Exception {
        HttpResponse<String> created =
                host.post("/webhooks", "application/json", "{\"url\":\"https://example.org/hook\"}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.body()).contains("\"secret\":\"whsec_", "job.succeeded", "job.failed", "job.cancelled");
        String path = "/webhooks/" + first(ID, created.body());

        assertThat(host.get(path).body()).doesNotContain("whsec_");
        assertThat(host.post(path + "/rotate", "application/json", "").body())
                .contains("\"secret\":\"whsec_", "\"oldSecretUntil\":");
        assertThat(host.get(path + "/deliveries").body()).isEqualTo("[]");
        assertThat(host.send(host.request(path).DELETE()).statusCode()).isEqualTo(204);
        assertThat(host.post("/webhooks", "application/json", "{\"url\":\"ftp://example.org/\"}")
                        .body())
                .contains("\"status\":422", "/url");
    }

    @Test
    void the_end_of_a_job_is_sent_to_the_webhook_of_its_owner() throws Exception {
        host.install(echo("1.0.0", ""));
        CompletableFuture<Headers> headers = new CompletableFuture<>();
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            headers.complete(exchange.getRequestHeaders());
            body.complete(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try {
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
            HttpResponse<String> webhook = host.post(
                    "/webhooks", "application/json", "{\"url\":\"" + url + "\",\"events\":[\"job.succeeded\"]}");
            String job = ran(first(
                    ID,
                    create("\"job\":{\"platform\":\"echo\",\"type\":\"say\",\"request\":{\"text\":\"hi\"}}")
                            .body()));

            byte[] received = body.get(10, TimeUnit.SECONDS);
            assertThat(new String(received, StandardCharsets.UTF_8))
                    .contains("\"type\":\"job.succeeded\"", "\"id\":\"" + job + "\"", "\"platform\":\"echo\"");
            Headers sent = headers.get(10, TimeUnit.SECONDS);
            Mac mac = Mac.getInstance("HmacSHA256");
            String secret = first(Pattern.compile("whsec_([^\"]+)"), webhook.body());
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
            mac.update((sent.getFirst("webhook-id") + "." + sent.getFirst("webhook-timestamp") + ".")
                    .getBytes(StandardCharsets.UTF_8));
            assertThat(sent.getFirst("webhook-signature"))
                    .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(received)));
            String deliveries = "/webhooks/" + first(ID, webhook.body()) + "/deliveries";
            await().until(() -> host.get(deliveries).body().contains("\"state\":\"delivered\""));
        } finally {
            receiver.stop(0);
        }
    }
}
