package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.Jars;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditRoutesIT {
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");
    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private String key(String name, String owner, String role) throws IOException, InterruptedException {
        HttpResponse<String> made = hosts.host()
                .post(
                        "/admin/keys",
                        "application/json",
                        "{\"name\":\"" + name + "\",\"owner\":\"" + owner + "\",\"kind\":\"service\",\"roles\":[\""
                                + role + "\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made.body().replaceFirst(".*\"key\":\"([^\"]+)\".*", "$1");
    }

    private static List<Long> places(String text) {
        List<Long> all = new ArrayList<>();
        Matcher each = SEQ.matcher(text);
        while (each.find()) {
            all.add(Long.parseLong(each.group(1)));
        }
        return all;
    }

    @Test
    void pages_go_back_from_the_latest_record_to_the_first() throws Exception {
        TestHost host = hosts.host();
        for (int n = 0; n < 5; n++) {
            key("ci " + n, "robot", "analyst");
        }

        List<Long> seen = new ArrayList<>();
        String cursor = "";
        do {
            HttpResponse<String> page = host.get("/admin/audit?limit=2" + cursor);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            assertThat(places(page.body())).hasSizeLessThanOrEqualTo(2);
            seen.addAll(places(page.body()));
            Matcher next = NEXT.matcher(page.body());
            cursor = next.find() ? "&cursor=" + next.group(1) : "";
        } while (!cursor.isEmpty());

        assertThat(seen).hasSizeGreaterThanOrEqualTo(5).endsWith(1L).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(seen).doesNotHaveDuplicates();
    }

    @Test
    void filters_narrow_and_tell_actor_key_and_address() throws Exception {
        TestHost host = hosts.host();
        key("ci", "robot", "analyst");

        String found = host.get("/admin/audit?action=key.&actor=admin&outcome=done&since=2020-01-01T00:00:00Z")
                .body();
        assertThat(found)
                .contains("\"action\":\"key.create\"")
                .contains("\"actor\":{\"id\":\"admin\",\"kind\":\"human\",\"keyId\":\"")
                .contains("\"address\":\"127.0.0.1\"");
        assertThat(host.get("/admin/audit?action=plugin.").body()).isEqualTo("{\"records\":[]}");
        assertThat(host.get("/admin/audit?until=2020-01-01T00:00:00Z").body()).isEqualTo("{\"records\":[]}");
        assertThat(host.get("/admin/audit?actor=nobody").body()).isEqualTo("{\"records\":[]}");
    }

    @Test
    void what_does_not_fit_is_refused_by_name() throws Exception {
        TestHost host = hosts.host();

        for (String bad : List.of(
                "limit=0",
                "limit=501",
                "limit=-1",
                "limit=9999999999",
                "limit=",
                "cursor=",
                "cursor=abc",
                "cursor=%00",
                "cursor=MSA5OTk5OTk5OTk5OTk5OTk5OTk5OSAxIDEgYQ",
                "since=yesterday",
                "until=1",
                "since=%2B1000000000-12-31T23:59:59Z9",
                "outcome=maybe",
                "outcome=unreadable",
                "action=KEY",
                "action=%25",
                "action=",
                "actor=%00",
                "target=" + "x".repeat(501),
                "format=csv",
                "colour=red",
                "limit=1&limit=2")) {
            HttpResponse<String> answer = host.get("/admin/audit?" + bad);
            assertThat(answer.statusCode()).as(bad + ": " + answer.body()).isEqualTo(422);
            assertThat(answer.body()).as(bad).contains("\"pointer\":\"?" + bad.split("=", 2)[0] + "\"");
        }
    }

    @Test
    void an_export_is_complete_in_order_and_audited() throws Exception {
        TestHost host = hosts.host();
        key("ci", "robot", "analyst");

        HttpResponse<String> export = host.send(host.request("/admin/audit")
                .header("Accept", "application/x-ndjson")
                .GET());

        assertThat(export.headers().firstValue("content-type")).contains("application/x-ndjson");
        List<String> lines = export.body().lines().toList();
        List<AuditRecord> records = new ArrayList<>();
        for (String line : lines) {
            records.add(AuditRecord.parse(line));
        }
        for (int n = 0; n < records.size(); n++) {
            assertThat(records.get(n).seq()).isEqualTo(n + 1);
            assertThat(records.get(n).computeHash()).isEqualTo(records.get(n).hash());
        }
        assertThat(records.get(records.size() - 1).event().action()).isEqualTo("audit.export");
    }

    @Test
    void verification_is_answered() throws Exception {
        HttpResponse<String> answer = hosts.host().get("/admin/audit/verify");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"intact\":true").contains("\"unprotected\":");
    }

    @Test
    void a_caller_without_the_permission_sees_nothing() throws Exception {
        TestHost host = hosts.host();
        String analyst = key("ci", "robot", "analyst");

        for (String path : List.of("/admin/audit", "/admin/audit/verify", "/admin/audit?format=ndjson")) {
            HttpResponse<String> denied = host.send(java.net.http.HttpRequest.newBuilder(host.uri(path))
                    .header("X-API-Key", analyst)
                    .GET());
            assertThat(denied.statusCode()).isEqualTo(403);
            assertThat(denied.body()).contains("host:audit");
        }
    }

    @Test
    void denials_are_counted_in_the_audit_log() throws Exception {
        TestHost host = hosts.host();
        String analyst = key("ci", "robot", "analyst");
        for (int n = 0; n < 3; n++) {
            HttpResponse<String> denied = host.send(java.net.http.HttpRequest.newBuilder(host.uri("/admin/keys"))
                    .header("X-API-Key", analyst)
                    .GET());
            assertThat(denied.statusCode()).isEqualTo(403);
        }

        await().atMost(Duration.ofSeconds(30))
                .until(() -> host.get("/admin/audit?action=auth.deny&limit=500")
                                .body()
                                .split("\"target\":\"permission:host:keys\"", -1)
                                .length
                        > 1);

        assertThat(host.get("/admin/audit?action=auth.deny&actor=robot&outcome=refused")
                        .body())
                .contains("\"target\":\"permission:host:keys\"")
                .contains("\"count\":\"");
    }

    @Test
    void a_target_is_found_by_its_exact_name() throws Exception {
        TestHost host = hosts.host();
        key("ci", "robot", "analyst");
        String target = host.get("/admin/audit?action=key.create&limit=1")
                .body()
                .replaceFirst(".*\"target\":\"([^\"]+)\".*", "$1");

        String found = host.get("/admin/audit?target=" + URLEncoder.encode(target, StandardCharsets.UTF_8))
                .body();

        assertThat(places(found)).hasSize(1);
    }

    @Test
    void changes_of_plugins_name_their_actor_and_their_file() throws Exception {
        TestHost host = hosts.host();
        assertThat(host.install(Jars.answering("billing", "1.0.0")).statusCode())
                .isEqualTo(200);
        assertThat(host.install(Jars.answering("billing", "1.1.0")).statusCode())
                .isEqualTo(200);
        assertThat(host.change("billing", "reload").statusCode()).isEqualTo(200);
        assertThat(host.change("billing", "rollback").statusCode()).isEqualTo(200);
        assertThat(host.change("billing", "disable").statusCode()).isEqualTo(200);
        assertThat(host.change("billing", "enable").statusCode()).isEqualTo(200);
        Jars.answering("orders", "1.0.0").write(hosts.folder().resolve("orders.jar"));
        await().until(() -> host.get("/admin/audit?target=plugin:orders").body().contains("plugin.install"));

        assertThat(host.get("/admin/audit?target=plugin:orders").body())
                .contains("\"actor\":{\"id\":\"host\"")
                .contains("\"file\":\"orders.jar\"");
        List<String> actions = host.get("/admin/audit?target=plugin:billing&actor=admin&format=ndjson")
                .body()
                .lines()
                .map(line -> line.replaceFirst(".*\"action\":\"([^\"]+)\".*", "$1"))
                .toList();
        assertThat(actions)
                .containsExactly(
                        "plugin.install",
                        "plugin.install",
                        "plugin.reload",
                        "plugin.rollback",
                        "plugin.disable",
                        "plugin.enable");
        assertThat(host.remove("billing").statusCode()).isEqualTo(204);
        assertThat(host.get("/admin/audit?action=plugin.remove").body()).contains("plugin:billing");
    }
}
