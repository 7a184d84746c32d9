package dev.busbar.host.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls between platforms: identity, deadline and errors. */
final class PlatformCallsIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path data;

    private static TestHost host;
    private static String researcher = "";
    private static String analyst = "";

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data, "--platforms.grants=echoes turbo:read", "--swap.drainMargin=100ms");
        installed(turbo("1.0.0"));
        installed(echoes());
        researcher = newKey("researcher");
        analyst = newKey("analyst");
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static PluginJar turbo(String version) {
        return PluginJar.named("turbo")
                .version(version)
                .source("Thing", "public record Thing(String name, int count) {}")
                .members("""
                        private static final AtomicBoolean FAILING = new AtomicBoolean();
                        private PlatformContext context;
                        @Override public void start(PlatformContext context) { this.context = context; }
                        """)
                .route(
                        "Route.get(\"/who\", r -> Response.text(r.principal().map(p -> p.id() + \" \" + p.kind()).orElse(\"nobody\") + \" \" + context.version())).access(Access.READ)")
                .route("Route.get(\"/open\", r -> Response.text(\"open\")).access(Access.PUBLIC)")
                .route(
                        "Route.get(\"/things/{name}\", r -> Response.json(new Thing(r.pathParameter(\"name\"), r.query(\"n\").map(Integer::parseInt).orElse(0)))).access(Access.READ)")
                .route(
                        "Route.post(\"/things\", Thing.class, (r, t) -> Response.json(t).status(201)).access(Access.READ)")
                .route("Route.post(\"/write\", r -> Response.text(\"written\")).access(Access.WRITE)")
                .route(
                        "Route.get(\"/stream\", r -> Response.stream(\"text/plain\", out -> { for (int i = 0; i < 3; i++) { out.write('a' + i); out.flush(); } })).access(Access.READ)")
                .route(
                        "Route.get(\"/broken\", r -> Response.stream(\"text/plain\", out -> { out.write('a'); throw new IOException(\"no\"); })).access(Access.READ)")
                .route(
                        "Route.get(\"/faulty\", r -> { throw new IllegalStateException(\"secret\"); }).access(Access.READ)")
                .route(
                        "Route.get(\"/slow\", r -> { new CountDownLatch(1).await(); return Response.noContent(); }).access(Access.READ)")
                .route(
                        "Route.get(\"/left\", r -> Response.text(String.valueOf(Duration.between(java.time.Instant.now(), r.deadline()).toMillis()))).access(Access.READ)")
                .route(
                        "Route.get(\"/seen\", r -> Response.text(r.correlationId() + \" \" + r.header(\"x-mine\").orElse(\"\") + r.header(\"authorization\").orElse(\"\"))).access(Access.READ).parameter(Parameter.header(\"x-mine\", Codec.STRING).optional())")
                .route(
                        "Route.get(\"/cached/{n}\", r -> { if (FAILING.get()) throw new IllegalStateException(); return Response.text(\"cached \" + r.principal().map(Principal::id).orElse(\"nobody\")); }).access(Access.READ).cache(CachePolicy.of(Duration.ofMillis(1)).staleIfError(Duration.ofHours(1)))")
                .route(
                        "Route.get(\"/fail\", r -> { FAILING.set(true); return Response.noContent(); }).access(Access.READ)")
                .route(
                        "Route.get(\"/back\", r -> Response.text(context.platforms().call(\"echoes\", PlatformCall.get(\"/relay\").query(\"path\", \"/open\")).orThrow().status() + \"\")).access(Access.READ)");
    }

    private static PluginJar echoes() {
        return PluginJar.named("echoes")
                .attribute("Busbar-Permissions", "turbo:read,turbo:write")
                .source("Grown", "public record Grown(String name) {}")
                .members("""
                        private PlatformContext context;
                        private final List<String> received = new CopyOnWriteArrayList<>();
                        @Override public void start(PlatformContext context) { this.context = context; }
                        private Response told(PlatformResponse a) {
                            return Response.text(a.status() + " " + new String(a.bytes(), StandardCharsets.UTF_8));
                        }
                        private PlatformCall asked(Request r) {
                            PlatformCall call = PlatformCall.get(r.query("path").orElseThrow());
                            return r.query("wait").map(w -> call.deadline(Duration.parse(w))).orElse(call).header("x-mine", "m");
                        }
                        """)
                .route(
                        "Route.get(\"/relay\", r -> told(context.platforms().call(r.query(\"target\").orElse(\"turbo\"), asked(r)))).access(Access.READ).deadline(Duration.ofSeconds(3))")
                .route(
                        "Route.get(\"/pass\", r -> { context.platforms().call(r.query(\"target\").orElse(\"turbo\"), asked(r)).orThrow(); return Response.noContent(); }).access(Access.READ).deadline(Duration.ofSeconds(3))")
                .route(
                        "Route.get(\"/anybody\", r -> told(context.platforms().call(\"turbo\", asked(r)))).access(Access.PUBLIC)")
                .route(
                        "Route.get(\"/sly\", r -> { try { return told(context.platforms().callAsSelf(\"turbo\", asked(r))); } catch (IllegalStateException e) { return Response.text(e.getMessage()); } }).access(Access.READ)")
                .route(
                        "Route.post(\"/apply\", r -> told(context.platforms().callAsSelf(\"turbo\", asked(r)))).access(Access.action(\"apply\"))")
                .route(
                        "Route.post(\"/apply-write\", r -> told(context.platforms().callAsSelf(\"turbo\", PlatformCall.post(\"/write\")))).access(Access.action(\"apply\"))")
                .route(
                        "Route.get(\"/task\", r -> { FutureTask<Response> t = new FutureTask<>(() -> told(context.platforms().callAsSelf(\"turbo\", PlatformCall.get(\"/who\")))); context.executor().execute(t); return t.get(); }).access(Access.READ)")
                .route(
                        "Route.get(\"/begin\", r -> { FutureTask<Response> t = new FutureTask<>(() -> told(context.platforms().callAsSelf(\"turbo\", PlatformCall.get(\"/seen\")))); context.executor().execute(t); return t.get(); }).access(Access.READ)")
                .route(
                        "Route.get(\"/elsewhere\", r -> { FutureTask<Response> t = new FutureTask<>(() -> told(context.platforms().call(\"turbo\", PlatformCall.get(\"/who\").onBehalfOf(r)))); context.executor().execute(t); return t.get(); }).access(Access.READ)")
                .route(
                        "Route.get(\"/lost\", r -> { FutureTask<Response> t = new FutureTask<>(() -> told(context.platforms().call(\"turbo\", PlatformCall.get(\"/who\")))); context.executor().execute(t); try { return t.get(); } catch (ExecutionException e) { return Response.text(e.getCause().getMessage()); } }).access(Access.READ)")
                .route(
                        "Route.get(\"/grown\", r -> Response.text(context.platforms().call(\"turbo\", PlatformCall.get(\"/things/{name}\", r.query(\"name\").orElseThrow()).query(\"n\", \"7\")).orThrow().json(Grown.class).name())).access(Access.READ)")
                .route(
                        "Route.get(\"/post\", r -> told(context.platforms().call(\"turbo\", PlatformCall.post(\"/things\").json(Map.of(\"name\", \"x\", \"count\", r.query(\"n\").orElse(\"no\")))))).access(Access.READ)");
    }

    private static void installed(PluginJar jar) throws Exception {
        HttpResponse<String> made = host.install(jar);
        assertThat(made.statusCode()).as(made.body()).isBetween(200, 201);
    }

    private static String newKey(String role) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"k\",\"owner\":\"" + role + "-1\",\"kind\":\"service\",\"roles\":[\"" + role + "\"]}");
        return MAPPER.readTree(made.body()).get("key").asText();
    }

    private static HttpResponse<String> ask(String key, String method, String path) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path)).method(method, BodyPublishers.noBody());
        return host.send(key.isEmpty() ? request : request.header("X-API-Key", key));
    }

    private static String relay(String query) throws Exception {
        return ask(host.key(), "GET", "/api/echoes/relay?" + query).body();
    }

    private static JsonNode problem(HttpResponse<String> answer) throws IOException {
        return MAPPER.readTree(answer.body());
    }

    @Test
    void a_call_has_the_identity_of_the_current_request() throws Exception {
        assertThat(ask(analyst, "GET", "/api/echoes/relay?path=/who").body()).startsWith("200 analyst-1 SERVICE");
        assertThat(ask(analyst, "GET", "/api/echoes/elsewhere").body()).startsWith("200 analyst-1 SERVICE");
        assertThat(relay("path=/open")).isEqualTo("200 open");
    }

    @Test
    void a_caller_gains_no_permission_through_another_platform() throws Exception {
        HttpResponse<String> through = ask("", "GET", "/api/echoes/anybody?path=/who");
        assertThat(through.body()).startsWith("403 ").contains("\"requiredPermission\":\"turbo:read\"");

        assertThat(ask("", "GET", "/api/echoes/anybody?path=/open").body()).isEqualTo("200 open");
        assertThat(ask(researcher, "GET", "/api/echoes/relay?path=/who").statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_platform_calls_as_itself_only_in_routes_with_a_named_action_and_within_its_grants() throws Exception {
        assertThat(ask(host.key(), "POST", "/api/echoes/apply?path=/who").body())
                .startsWith("200 platform:echoes PLATFORM");
        assertThat(ask(host.key(), "POST", "/api/echoes/apply-write").body())
                .startsWith("403 ")
                .contains("turbo:write");
        assertThat(ask(host.key(), "GET", "/api/echoes/sly?path=/who").body()).contains("no named action");
        assertThat(ask(host.key(), "GET", "/api/echoes/task").body()).startsWith("200 platform:echoes PLATFORM");
    }

    @Test
    void a_thread_without_a_request_has_no_caller() throws Exception {
        assertThat(ask(host.key(), "GET", "/api/echoes/lost").body()).contains("this thread handles no request");
    }

    @Test
    void values_cross_as_bytes_and_unknown_members_are_ignored() throws Exception {
        assertThat(ask(host.key(), "GET", "/api/echoes/grown?name=a%20b%25").body())
                .isEqualTo("a b%");
        assertThat(ask(host.key(), "GET", "/api/echoes/grown?name=a%2Fb").statusCode())
                .isEqualTo(400);
        assertThat(relay("path=/things/x")).isEqualTo("200 {\"name\":\"x\",\"count\":0}");
        assertThat(ask(host.key(), "GET", "/api/echoes/post?n=3").body())
                .startsWith("422 ")
                .contains("/count");
    }

    @Test
    void a_streaming_response_is_collected_and_a_broken_one_is_a_problem() throws Exception {
        assertThat(relay("path=/stream")).isEqualTo("200 abc");
        assertThat(relay("path=/broken")).startsWith("502 ").contains("platform-call-failed");
        assertThat(relay("path=/faulty"))
                .startsWith("500 ")
                .contains("platform-failed")
                .doesNotContain("secret");
    }

    @Test
    void the_correlation_id_is_passed_on_and_credentials_are_not() throws Exception {
        HttpResponse<String> answer =
                host.send(host.request("/api/echoes/relay?path=/seen").header("X-Correlation-ID", "order-00001"));

        assertThat(answer.body()).isEqualTo("200 order-00001 m");
    }

    @Test
    void a_call_of_a_task_has_the_correlation_id_and_address_of_the_request_that_started_the_task() throws Exception {
        HttpResponse<String> answer =
                host.send(host.request("/api/echoes/begin").header("X-Correlation-ID", "order-00002"));

        assertThat(answer.body()).isEqualTo("200 order-00002 ");
        await().untilAsserted(() -> {
            List<String> audited = new ArrayList<>();
            MAPPER.readTree(host.get("/admin/audit?limit=200").body())
                    .get("records")
                    .forEach(record -> audited.add(record.get("action").asText() + " "
                            + record.at("/actor/id").asText() + " "
                            + record.path("correlationId").asText() + " "
                            + record.at("/actor/address").asText().startsWith("127.0.0")));
            assertThat(audited).contains("platform.call-as-self platform:echoes order-00002 true");
        });
    }

    @Test
    void a_failed_call_is_a_problem_that_may_be_rethrown() throws Exception {
        assertThat(relay("path=/nothing")).startsWith("404 ");
        assertThat(relay("path=/open/../who")).startsWith("400 ").contains("ambiguous-path");
        assertThat(relay("target=nobody&path=/x")).startsWith("404 ");

        HttpResponse<String> passed = ask(host.key(), "GET", "/api/echoes/pass?path=/faulty");
        assertThat(passed.statusCode()).isEqualTo(500);
        assertThat(problem(passed).get("platform").asText()).isEqualTo("turbo");
        assertThat(problem(passed).get("instance").asText()).isEqualTo("/api/echoes/pass");
    }

    @Test
    void a_cycle_of_calls_is_rejected() throws Exception {
        HttpResponse<String> direct = ask(host.key(), "GET", "/api/echoes/relay?target=echoes&path=/relay");
        assertThat(direct.body()).startsWith("508 ").contains("echoes → echoes");

        HttpResponse<String> around = ask(host.key(), "GET", "/api/echoes/relay?path=/back");
        assertThat(around.body()).startsWith("508 ").contains("echoes → turbo → echoes");
    }

    @Test
    void a_call_has_less_time_than_the_request_it_belongs_to() throws Exception {
        long left = Long.parseLong(relay("path=/left").substring("200 ".length()));
        assertThat(left).isBetween(1L, 2_700L);

        assertThat(relay("path=/slow&wait=PT0.1S")).startsWith("504 ").contains("\"platform\":\"turbo\"");
        HttpResponse<String> late = ask(host.key(), "GET", "/api/echoes/pass?path=/slow");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(problem(late).get("platform").asText()).isEqualTo("turbo");
    }

    @Test
    void an_unavailable_platform_is_a_503_and_a_replaced_one_is_found_again() throws Exception {
        assertThat(relay("path=/who")).endsWith(" 1.0.0");
        assertThat(host.change("turbo", "disable").statusCode()).isEqualTo(200);
        HttpResponse<String> unavailable = ask(host.key(), "GET", "/api/echoes/pass?path=/who");
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();

        assertThat(host.change("turbo", "enable").statusCode()).isEqualTo(200);
        installed(turbo("1.0.1"));
        assertThat(relay("path=/who")).endsWith(" 1.0.1");
        installed(turbo("1.0.2"));
        assertThat(host.change("turbo", "rollback").statusCode()).isEqualTo(200);
        host.change("turbo", "rollback");
        assertThat(relay("path=/who")).startsWith("200 ");
    }

    @Test
    void a_cached_response_replaces_errors_while_the_other_platform_fails_or_is_unavailable() throws Exception {
        assertThat(relay("path=/cached/1")).isEqualTo("200 cached admin");
        host.change("turbo", "disable");

        assertThat(relay("path=/cached/1")).isEqualTo("200 cached admin");
        assertThat(relay("path=/cached/2")).startsWith("503 ");
        assertThat(ask(analyst, "GET", "/api/echoes/relay?path=/cached/1").body())
                .startsWith("503 ");
        assertThat(ask(researcher, "GET", "/api/echoes/anybody?path=/cached/1").body())
                .startsWith("503 ");
        assertThat(host.get("/metrics").body()).contains("outcome=\"stale\"");

        host.post("/admin/cache/purge", "application/json", "{\"platform\":\"turbo\"}");
        assertThat(relay("path=/cached/1")).startsWith("503 "); // it was invalidated

        host.change("turbo", "enable");
        assertThat(relay("path=/fail")).startsWith("204 ");
        assertThat(relay("path=/cached/1")).startsWith("500 "); // of another generation
        host.change("turbo", "reload");
        assertThat(relay("path=/cached/1")).startsWith("200 ");
    }

    @Test
    void a_requirement_shows_in_which_state_the_other_platform_is() throws Exception {
        installed(PluginJar.named("reports").attribute("Plugin-Dependencies", "turbo@>=1.0.0,nobody?@*"));
        assertThat(states()).containsExactly("turbo ACTIVE", "nobody MISSING");

        host.change("turbo", "disable");
        assertThat(states()).containsExactly("turbo DISABLED", "nobody MISSING");
        assertThat(host.get("/admin/plugins/reports").body()).contains("\"state\":\"ACTIVE\"");
        host.change("turbo", "enable");
    }

    private static List<String> states() throws Exception {
        List<String> states = new ArrayList<>();
        MAPPER.readTree(host.get("/admin/plugins/reports").body())
                .get("requirements")
                .forEach(need -> states.add(
                        need.get("platform").asText() + " " + need.get("state").asText()));
        return states;
    }

    @Test
    void calls_are_counted_by_caller_and_target_and_audited() throws Exception {
        relay("path=/open");
        relay("path=/who");
        relay("target=made-up-name&path=/x");
        ask(host.key(), "POST", "/api/echoes/apply?path=/who");

        String metrics = host.get("/metrics").body();
        assertThat(metrics)
                .contains("busbar_platform_calls_total{caller=\"echoes\",outcome=\"success\",target=\"turbo\"}")
                .contains("busbar_platform_call_duration_seconds_count{caller=\"echoes\",target=\"turbo\"}")
                .contains("target=\"_unknown\"")
                .doesNotContain("made-up-name");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            List<String> seen = new ArrayList<>();
            MAPPER.readTree(host.get("/admin/audit?limit=200").body())
                    .get("records")
                    .forEach(record -> seen.add(record.get("action").asText() + " "
                            + record.get("target").asText()));
            assertThat(seen)
                    .contains(
                            "platform.call-as-self call:echoes turbo:read",
                            "platform.call-as-caller call:echoes turbo:read");
        });
    }
}
