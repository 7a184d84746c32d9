package dev.busbar.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.busbar.host.testing.TestCertificate;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands at a running host, and at what is none. */
final class CliIT {
    private static final List<String> COMMANDS = List.of(
            "audit tail",
            "audit verify",
            "backup list",
            "backup create",
            "keys list",
            "keys revoke x",
            "principals list",
            "principals disable x",
            "roles list",
            "roles matrix");

    @TempDir
    static Path folder;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(folder.resolve("data"));
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static Typed type(String command, String... more) {
        return type(Map.of(), command, more);
    }

    private static Typed type(Map<String, String> environment, String command, String... more) {
        return Typed.in(folder, environment, arguments(command, more));
    }

    private static String[] arguments(String command, String... more) {
        return Stream.concat(Stream.of(command.split(" ")), Stream.of(more)).toArray(String[]::new);
    }

    private static String key(String name) throws Exception {
        HttpResponse<String> made = host.post(
                "/admin/keys",
                "application/json",
                "{\"name\":\"ci\",\"owner\":\"" + name + "\",\"kind\":\"service\",\"roles\":[\"analyst\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made.body().replaceFirst(".*\"key\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void the_newest_records_come_last_and_filters_narrow() throws Exception {
        String unused = key("first");
        String another = key("second");

        List<String> lines = type("audit tail", "--action=key.create", "--limit=2")
                .succeeds()
                .out()
                .lines()
                .toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).contains("  done  admin  key.create  key:", "from=127.0.0.1", "kind=human");
        assertThat(lines.get(0)).isLessThan(lines.get(1));
        assertThat(type("audit tail", "--actor=nobody").succeeds().out()).isEmpty();
        assertThat(type("audit tail", "--limit=3", "--json").succeeds().out().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("{\"node\":\""));
    }

    @Test
    void the_state_of_a_platform_is_exported_removed_and_imported() throws Exception {
        String lines = """
                {"collection":"bills","id":"b-1","schema":2,"fields":[["amount","bgM="]],"value":{"amount":1.50,"note":"ä"}}
                {"collection":"notes","id":"n","schema":1,"fields":[],"value":"text"}
                """;
        assertThat(host.post("/admin/state/billing/documents", "application/x-ndjson", lines)
                        .body())
                .isEqualTo("{\"documents\":2}");
        assertThat(host.send(host.request("/admin/state/billing/blob?name=../r&mediaType=text/csv")
                                .header("Content-Type", "application/octet-stream")
                                .PUT(HttpRequest.BodyPublishers.ofString("a,b")))
                        .statusCode())
                .isEqualTo(200);

        assertThat(type("documents export", "billing", "--to=exported")
                        .succeeds()
                        .out())
                .isEqualToIgnoringNewLines("exported 2 documents and 1 blobs");
        type("documents export", "billing", "--to=exported").fails("exists; nothing is overwritten");
        assertThat(type("plugins remove", "billing", "--purge").succeeds().out())
                .isEqualToIgnoringNewLines("removed with 2 documents of 33 bytes and 1 blobs of 3 bytes");
        type("plugins remove", "billing").fails("404");
        assertThat(type("documents import", "other", "--from=exported", "--json")
                        .succeeds()
                        .out())
                .contains("\"documents\":2", "\"blobs\":1");

        assertThat(host.get("/admin/state/billing").body()).contains("\"documents\":0");
        assertThat(host.get("/admin/state/other/documents").body()).isEqualTo(lines);
        assertThat(host.get("/admin/state/other/blob?name=../r").body()).isEqualTo("a,b");
        assertThat(host.get("/admin/state/other/blobs").body()).contains("\"mediaType\":\"text/csv\"");
    }

    @Test
    void an_export_that_was_tampered_with_is_not_imported() throws Exception {
        Path export = Files.createDirectories(folder.resolve("tampered"));
        Files.writeString(export.resolve("documents.ndjson"), "");
        Files.writeString(export.resolve("blobs.ndjson"), "{\"name\":\"r\",\"sha256\":\"../../data/admin.key\"}\n");

        type("documents import", "other", "--from=tampered").fails("nothing was imported");
        type("documents import", "../x", "--from=tampered").isRejected("not the id of a platform");
        type("documents import", "other", "--from=nowhere").fails("does not exist");
    }

    @Test
    void what_comes_while_it_follows_is_shown_once() {
        AtomicInteger looks = new AtomicInteger();
        AuditTail.Pause pause = () -> {
            try {
                int look = looks.incrementAndGet();
                if (look == 2) {
                    for (int n = 0; n < 3; n++) {
                        String unused = key("followed-" + n);
                    }
                }
                return look < 5;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };

        Typed typed = Typed.in(pause, folder, Map.of(), arguments("audit tail", "--follow", "--json", "--limit=1"))
                .succeeds();

        assertThat(typed.out().lines()).doesNotHaveDuplicates();
        assertThat(typed.out().lines().filter(line -> line.contains("\"key.create\"")))
                .hasSizeBetween(3, 4);
        assertThat(typed.out().lines().skip(1)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void roles_and_their_matrix_are_aligned_tables() {
        List<String> matrix = type("roles matrix").succeeds().out().lines().toList();

        assertThat(matrix.get(0)).matches("METHOD +PATH +PERMISSION +admin +analyst +developer +researcher");
        assertThat(matrix)
                .anyMatch(line -> line.matches("GET +/admin/audit +host:audit +yes +- +- +-"))
                .anyMatch(line -> line.matches("GET +/health/live +anybody +yes +yes +yes +yes"));
        assertThat(type("roles list").succeeds().out()).containsPattern("(?m)^analyst +Busbar +\\*:read$");
        assertThat(type("roles matrix", "--json").succeeds().out()).startsWith("{\"roles\":[\"admin\"");
        assertThat(type("roles list", "--json").succeeds().out()).startsWith("[{\"name\":\"admin\"");
    }

    @Test
    void keys_and_principals_are_made_shown_and_ended() throws Exception {
        assertThat(type("principals create ivy --kind=service --roles=analyst")
                        .succeeds()
                        .out())
                .containsPattern("ivy +service +analyst +enabled");
        String made = type("keys create --owner=ivy --name=cron --expires-at=2999-01-01T00:00:00Z --json")
                .succeeds()
                .out();
        Tree key = Tree.parse(made.getBytes(UTF_8));
        assertThat(key.text("key")).startsWith("bsb_");
        assertThat(type("keys rotate --overlap=PT1H " + key.text("id"))
                        .succeeds()
                        .out())
                .contains("shown once", "bsb_");
        assertThat(type("keys list --owner=ivy").succeeds().out())
                .containsPattern(key.text("id") + " +ivy +cron +analyst +expires");
        assertThat(type("keys revoke " + key.text("id")).succeeds().out()).contains("revoked " + key.text("id"));
        type("keys revoke nothing").fails("(404, ");
        type("keys create --owner=ivy --name=x --roles=king").fails("expected: one of analyst", "(422, ");
        assertThat(type("principals disable ivy --json").succeeds().out()).contains("\"disabled\":true");
        assertThat(type("principals enable ivy").succeeds().out()).contains("enabled");
        assertThat(type("principals delete ivy").succeeds().out()).contains("deleted ivy");
        assertThat(type("principals list").succeeds().out()).contains("admin").doesNotContain("ivy");
    }

    @Test
    void a_refusal_names_the_permission_and_the_request() throws Exception {
        Map<String, String> analyst = Map.of("BUSBAR_KEY", key("weak"));

        for (String command : COMMANDS) {
            type(analyst, command).fails("(403, needs host:", "correlation id ");
        }
        type(Map.of("BUSBAR_KEY", "bsb_dev_nonsense"), "roles list").fails("(401, correlation id ");
        type("audit tail", "--action=KEY").fails("?action", "(422, ");
    }

    @Test
    void a_host_that_runs_no_more_is_told_with_who_has_named_it() throws Exception {
        Path data = Files.createDirectories(folder.resolve("killed"));
        Files.writeString(data.resolve("admin.key"), "bsb_dev_x\n");
        try (java.net.ServerSocket gone = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    data.resolve("busbar.json"),
                    "{\"pid\":" + ProcessHandle.current().pid() + ",\"url\":\"http://127.0.0.1:" + gone.getLocalPort()
                            + "\",\"startedAt\":\"" + Instant.now() + "\"}");
        }

        for (String command : COMMANDS) {
            Typed typed = type(command, "--data=" + data)
                    .fails("no host answers at http://127.0.0.1:", "killed/busbar.json", "busbar serve");
            assertThat(typed.errors()).hasLineCount(1);
        }
        type(Map.of("BUSBAR_KEY", "bsb_dev_x"), "roles list", "--url=https://nothing.invalid")
                .fails("no host answers at https://nothing.invalid, which --url names");
    }

    @Test
    void a_certificate_that_nobody_knows_is_told() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "EC");
        certificate.writeCertificate(folder.resolve("chain.pem"));
        certificate.writeKey(folder.resolve("key.pem"));
        Path data = folder.resolve("encrypted");
        try (TestHost encrypted = TestHost.startEncrypted(
                data,
                SSLContext.getDefault(),
                "--tls.certificate=" + folder.resolve("chain.pem"),
                "--tls.key=" + folder.resolve("key.pem"))) {
            Typed typed = type("audit verify", "--data=" + data)
                    .fails("the certificate of https://127.0.0.1:"
                            + encrypted.host().port() + " is not trusted")
                    .fails("trustStore");
            assertThat(typed.errors()).hasLineCount(1);
        }
    }

    /** Answers everything alike, and keeps the keys that it is shown. */
    private static HttpServer server(int status, String body, Map<String, String> headers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(status, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body.getBytes(UTF_8));
            }
        });
        server.start();
        return server;
    }

    private static Typed ask(HttpServer server, String command, String... more) {
        String url = "--url=http://127.0.0.1:" + server.getAddress().getPort();
        return type(command, Stream.concat(Stream.of(url), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void what_is_no_busbar_is_not_believed() throws Exception {
        Map<Integer, String> bodies = Map.of(
                200, "<html>\u001b[2J</html>", 404, "<html>", 500, "", 302, "", 418, "{\"title\":\"\u001b[2J\"}");
        for (Map.Entry<Integer, String> each : bodies.entrySet()) {
            HttpServer server = server(
                    each.getKey(),
                    each.getValue(),
                    Map.of("Location", host.uri("/").toString()));
            try {
                for (String command : COMMANDS) {
                    Typed typed = ask(server, command).fails();
                    assertThat(typed.out() + typed.errors()).doesNotContain("\u001b");
                }
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void a_verdict_that_says_nothing_of_any_chain_proves_nothing() throws Exception {
        for (String body : List.of(
                "{\"intact\":true,\"chains\":[]}",
                "{\"intact\":true}",
                "{\"intact\":\"true\",\"chains\":[{\"node\":\"a\"}]}",
                "{\"intact\":true,\"chains\":[{\"node\":\"a\",\"fault\":{\"kind\":\"NEW\",\"seq\":1,\"what\":\"x\"}}]}",
                "{\"intact\":false,\"chains\":[{\"node\":\"a\"}]}",
                "[]")) {
            HttpServer server = server(200, body, Map.of());
            try {
                ask(server, "audit verify").isNotIntact("NOT INTACT");
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void an_answer_without_end_is_given_up() throws Exception {
        HttpServer server = server(200, "[" + " ".repeat(17 << 20) + "]", Map.of());
        try {
            ask(server, "roles list").fails("is longer than");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void schedules_are_listed_and_what_the_host_refuses_is_said() throws Exception {
        Files.writeString(
                folder.resolve("schedule.json"),
                "{\"name\":\"a\",\"cron\":\"0 0 30 2 *\",\"request\":{\"method\":\"GET\",\"path\":\"/api/x\"}}");

        assertThat(type("schedules list").out()).startsWith("ID  NAME  OWNER  TIMES  STATE  NEXT");
        assertThat(type("schedules create", "schedule.json").errors()).contains("0 0 30 2 *", "a date that exists");
        assertThat(type("schedules create", "missing.json").errors()).contains("missing.json does not exist");
        for (String command : List.of("show", "pause", "resume", "run", "delete")) {
            assertThat(type("schedules " + command, "none").errors())
                    .as(command)
                    .contains("404");
        }
    }
}
