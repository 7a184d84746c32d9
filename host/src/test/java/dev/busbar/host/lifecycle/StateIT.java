package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lasting state of a plugin over swaps. Test and plugin meet in the system properties, which both see. */
final class StateIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private static final String SEEN = "busbar.test.seen";
    private static final String MEMBERS = """
            public record Note(String text) {}
            static final dev.busbar.plugin.state.DocumentType<Note> NOTES =
                    dev.busbar.plugin.state.DocumentType.of("notes", Note.class)%s;
            @SuppressWarnings("unchecked") static Map<String, Object> seen() {
                return (Map<String, Object>) System.getProperties().get("busbar.test.seen");
            }
            @Override public List<dev.busbar.plugin.state.DocumentType<?>> documents() { return List.of(NOTES); }
            @Override public void start(PlatformContext c) throws Exception {
                dev.busbar.plugin.state.Documents<Note> notes = c.documents(NOTES);
                %s
            }
            """;
    private static final String WRITE = "notes.put(c.version(), new Note(\"of \" + c.version()));"
            + " c.blobs().put(c.version(), \"a/b\", new java.io.ByteArrayInputStream(new byte[3]));"
            + " java.nio.file.Files.writeString(c.cache().resolve(c.version()), \"x\");";
    private static final String READ = "seen().put(\"read\", notes.stream(dev.busbar.plugin.state.Query.all())"
            + ".map(note -> note.value().text()).toList() + \" \" + c.blobs().list(\"\", \"\", 9).items().get(0).size()"
            + " + \" \" + java.nio.file.Files.exists(c.cache().resolve(\"1.0.0\")));";

    private final Map<String, Object> seen = new ConcurrentHashMap<>();
    private TestHost host;

    @BeforeEach
    void begin() throws Exception {
        Properties properties = System.getProperties();
        properties.put(SEEN, seen);
        host = HOSTS.host();
        HttpResponse<String> unused = delete("/admin/plugins/billing?purge=true"); // what another test has left
    }

    @AfterEach
    void forget() {
        System.getProperties().remove(SEEN);
    }

    private static PluginJar jar(String version, String schemas, String atStart) {
        return answering("billing", version).members(MEMBERS.formatted(schemas, atStart));
    }

    private HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return host.send(host.request(path).DELETE());
    }

    @Test
    void state_survives_a_swap() throws Exception {
        host.install(jar("1.0.0", "", WRITE));
        host.install(jar("1.1.0", "", READ));

        assertThat(seen).containsEntry("read", "[of 1.0.0] 3 true");
    }

    @Test
    void there_is_no_way_back_to_a_version_that_cannot_read_what_is_stored() throws Exception {
        host.install(jar("1.0.0", "", WRITE));
        host.install(jar("2.0.0", ".schema(2).reads(1, Note.class, note -> note)", WRITE));

        HttpResponse<String> refused = host.post("/admin/plugins/billing/rollback", "application/json", "");
        HttpResponse<String> forced = host.post("/admin/plugins/billing/rollback?force=true", "application/json", "");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("version 1.0.0 cannot read documents that are stored: notes of schema 2 (it reads 1)");
        assertThat(forced.statusCode()).isEqualTo(200);
    }

    @Test
    void removal_keeps_the_state_and_a_purge_says_how_much_it_removes() throws Exception {
        host.install(jar("1.0.0", "", WRITE));
        assertThat(delete("/admin/plugins/billing").statusCode()).isEqualTo(204);
        host.install(jar("1.1.0", "", READ));
        assertThat(seen).containsEntry("read", "[of 1.0.0] 3 true");

        HttpResponse<String> purged = delete("/admin/plugins/billing?purge=true");
        HttpResponse<String> nothingLeft = delete("/admin/plugins/billing?purge=true");

        assertThat(purged.statusCode()).isEqualTo(200);
        assertThat(purged.body()).isEqualTo("{\"documents\":1,\"documentBytes\":19,\"blobs\":1,\"blobBytes\":3}");
        assertThat(nothingLeft.statusCode()).isEqualTo(404);
        assertThat(host.get("/admin/audit?action=plugin.purge").body())
                .contains("\"target\":\"plugin:billing\"", "\"documentBytes\":\"19\"");
    }

    @Test
    void state_that_a_removed_plugin_has_left_can_be_purged() throws Exception {
        host.install(jar("1.0.0", "", WRITE));
        delete("/admin/plugins/billing?wait=retired");

        assertThat(delete("/admin/plugins/billing?purge=true").body()).contains("\"documents\":1,");
    }

    @Test
    void a_type_that_is_declared_twice_is_a_failed_start() throws Exception {
        PluginJar twice = answering("billing", "1.0.0").members("""
                static dev.busbar.plugin.state.DocumentType<String> notes() {
                    return dev.busbar.plugin.state.DocumentType.of("notes", String.class);
                }
                @Override public List<dev.busbar.plugin.state.DocumentType<?>> documents() {
                    return List.of(notes(), notes());
                }
                """);

        assertThat(host.install(twice).body())
                .contains("documents() returned two types \\\"notes\\\" (expected: one a name)");
    }
}
