package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.HostInsight;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route × every role, called with a key of that role (cases 37, 40 and 41 of the attack cases). */
final class MatrixIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> ROLES = List.of("admin", "analyst", "developer", "keeper", "researcher");

    @TempDir
    Path data;

    @Test
    void a_role_may_call_what_the_matrix_says_and_nothing_else() throws Exception {
        try (TestHost host = TestHost.start(data)) {
            install(host, "1.0.0", "");
            Map<String, String> keys = keys(host);
            List<String> wrong = new ArrayList<>();
            JsonNode matrix = matrix(host);

            assertThat(matrix.get("roles")).extracting(JsonNode::asText).containsExactlyElementsOf(ROLES);
            assertThat(matrix.get("routes")).hasSize((int) endpoints(host)).hasSizeGreaterThan(25);
            for (JsonNode route : matrix.get("routes")) {
                for (String role : ROLES) {
                    boolean may = route.get("roles").toString().contains('"' + role + '"');
                    int status = call(host, route, keys.get(role));
                    if ((status == 403) == may || status == 401) {
                        wrong.add(role + " " + route + ": " + status);
                    }
                }
                boolean anybody = !route.hasNonNull("permission");
                if ((call(host, route, "") == 401) == anybody) {
                    wrong.add("nobody " + route);
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void a_route_that_a_swap_adds_is_in_the_matrix_and_denied_to_whom_it_should_be() throws Exception {
        try (TestHost host = TestHost.start(data)) {
            install(host, "1.0.0", "");
            Map<String, String> keys = keys(host);
            long before = endpoints(host);

            install(
                    host,
                    "1.1.0",
                    "Route.delete(\"/things\", r -> Response.noContent()).access(Access.action(\"wipe\"))");

            JsonNode added = null;
            for (JsonNode route : matrix(host).get("routes")) {
                added = route.get("method").asText().equals("DELETE")
                                && route.get("path").asText().equals("/api/turbo/things")
                        ? route
                        : added;
            }
            assertThat(endpoints(host)).isEqualTo(before + 1);
            assertThat(added).isNotNull();
            assertThat(added.get("permission").asText()).isEqualTo("turbo:wipe");
            assertThat(added.get("roles")).extracting(JsonNode::asText).containsExactly("admin");
            assertThat(call(host, added, keys.get("researcher"))).isEqualTo(403);
            assertThat(call(host, added, keys.get("admin"))).isEqualTo(204);
        }
    }

    private static void install(TestHost host, String version, String extra) throws Exception {
        PluginJar jar = PluginJar.named("turbo")
                .version(version)
                .route("Route.get(\"/open\", r -> Response.text(\"x\")).access(Access.PUBLIC)")
                .route("Route.get(\"/things/{id}\", r -> Response.text(\"x\")).access(Access.READ)")
                .route("Route.get(\"/things\", r -> Response.text(\"x\")).access(Access.READ)")
                .route("Route.post(\"/things\", r -> Response.text(\"x\")).access(Access.WRITE)")
                .route("Route.put(\"/things/{id}\", r -> Response.text(\"x\")).access(Access.WRITE)")
                .route("Route.patch(\"/things/{id}\", r -> Response.text(\"x\")).access(Access.action(\"mend\"))");
        HttpResponse<String> answer = host.install(extra.isEmpty() ? jar : jar.route(extra));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static long endpoints(TestHost host) {
        return HostInsight.table(host.host())
                .all()
                .mapToLong(compiled -> compiled.contracts().size())
                .sum();
    }

    private static JsonNode matrix(TestHost host) throws Exception {
        return MAPPER.readTree(host.get("/admin/roles/matrix").body());
    }

    private static Map<String, String> keys(TestHost host) throws Exception {
        HttpResponse<String> put = host.send(host.request("/admin/roles/keeper")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"permissions\":[\"host:keys\",\"turbo:mend\"]}")));
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        Map<String, String> keys = new HashMap<>();
        for (String role : ROLES) {
            HttpResponse<String> made = host.post(
                    "/admin/keys",
                    "application/json",
                    "{\"name\":\"k\",\"owner\":\"" + role + "-1\",\"kind\":\"human\",\"roles\":[\"" + role + "\"]}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            keys.put(role, MAPPER.readTree(made.body()).get("key").asText());
        }
        return keys;
    }

    /** The status of the route's answer to a call that names things which are not there, so that nothing is changed. */
    private static int call(TestHost host, JsonNode route, String key) throws Exception {
        String path = route.get("path").asText().replaceAll("\\{[^}]*}", "nothing");
        HttpRequest.Builder request = HttpRequest.newBuilder(host.uri(path))
                .method(route.get("method").asText(), BodyPublishers.noBody());
        return host.send(key.isEmpty() ? request : request.header("X-API-Key", key))
                .statusCode();
    }
}
