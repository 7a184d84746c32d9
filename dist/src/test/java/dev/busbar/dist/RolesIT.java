package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.Host;
import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the routes of the packaged product with the matrix in docs/roles.md. */
class RolesIT {
    private static final Path HOME = Path.of("target/busbar").toAbsolutePath();
    private static final String HEADER = "route";

    @TempDir
    Path data;

    @Test
    void every_route_is_in_the_table_with_the_roles_that_may_call_it() throws Exception {
        List<String> documented = MarkdownTable.rows(Repository.ROOT.resolve("docs/roles.md"), HEADER).stream()
                .map(cells -> "| " + String.join(" | ", cells) + " |")
                .toList();

        List<String> served = rows(matrix());

        assertThat(served).hasSizeGreaterThan(30);
        assertThat(documented)
                .as("the table of docs/roles.md (expected:%n%s)", String.join("\n", served))
                .isEqualTo(served);
    }

    private JsonNode matrix() throws IOException, InterruptedException {
        List<String> arguments = List.of("--home=" + HOME, "--data=" + data, "--port=0");
        try (Host host = Host.start(HostSettings.load(new Sources(Map.of(), arguments, data)))) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(host.url() + "/admin/roles/matrix"))
                    .header("X-API-Key", host.takeBootstrapKey().orElseThrow())
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return new ObjectMapper().readTree(answer.body());
        }
    }

    private static List<String> rows(JsonNode matrix) {
        List<String> roles = new ArrayList<>();
        matrix.get("roles").forEach(role -> roles.add(role.asText()));
        assertThat(roles).containsExactly("admin", "analyst", "developer", "researcher");
        List<String> rows = new ArrayList<>();
        for (JsonNode route : matrix.get("routes")) {
            List<String> allowed = new ArrayList<>();
            route.get("roles").forEach(role -> allowed.add(role.asText()));
            StringBuilder row = new StringBuilder("| `" + route.get("method").asText() + " "
                    + route.get("path").asText() + "` | " + permission(route) + " |");
            roles.forEach(role -> row.append(allowed.contains(role) ? " yes |" : " – |"));
            rows.add(row.toString());
        }
        return rows;
    }

    private static String permission(JsonNode route) {
        JsonNode permission = route.get("permission");
        return permission == null || permission.isNull() ? "anybody" : "`" + permission.asText() + "`";
    }
}
