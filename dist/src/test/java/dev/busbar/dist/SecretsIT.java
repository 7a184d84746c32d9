package dev.busbar.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches for keys in the files of a host and in its heap after a collection (attack case 32). The host runs in its own
 * process, because the test itself holds the keys.
 */
class SecretsIT {
    private static final Path HOME = Path.of("target/busbar").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The position of the secret in a key; the part before it may be shown. */
    private static final int SECRET_START = 21;

    private static final int SECRET_END = 53;

    @TempDir
    Path data;

    private final List<String> secrets = new ArrayList<>();

    @Test
    void a_key_is_in_no_file_and_in_no_live_object() throws Exception {
        List<String> command = List.of(HOME.resolve("bin/busbar").toString(), "serve", "--port=0", "--data=" + data);
        try (ServerProcess host = ServerProcess.start(command, Map.of(), data)) {
            String first = host.key();
            secrets.add(first);
            String second = make(host, first);
            use(host, second);
            String third = rotate(host, second, second);
            use(host, third);
            String last = rotate(host, third, first); // deletes admin.key
            use(host, last);

            assertThat(secrets).hasSize(4).doesNotHaveDuplicates();
            assertThat(data.resolve("admin.key")).doesNotExist();
            assertThat(text(call(host, "GET", "/metrics", "X-API-Key: " + last, "")))
                    .contains("busbar_plugin_info");
            assertThat(found(text(call(host, "GET", "/metrics", "X-API-Key: " + last, ""))))
                    .isEmpty();
            assertThat(found(text(call(host, "GET", "/admin/keys", "X-API-Key: " + last, ""))))
                    .isEmpty();
            assertThat(leftInHeap(host, make(host, last)))
                    .as("keys in the heap")
                    .isEmpty();
            assertThat(files()).as("files with a key, while it runs").isEmpty();
        }

        assertThat(files()).as("files with a key, when it has stopped").isEmpty();
    }

    /** Sends a key in every valid and invalid way. */
    private static void use(ServerProcess host, String key) throws IOException {
        String basic = Base64.getEncoder().encodeToString((key.split("_", -1)[2] + ":" + key).getBytes(UTF_8));
        for (String field : List.of("X-API-Key: " + key, "Authorization: ApiKey " + key)) {
            assertThat(call(host, "GET", "/auth/whoami", field, "").status()).isEqualTo(200);
            assertThat(call(host, "GET", "/auth/whoami", field + "x", "").status())
                    .isEqualTo(401);
            assertThat(call(host, "GET", "/api/turbo/nothing", field, "").status())
                    .isEqualTo(404);
        }
        assertThat(call(host, "GET", "/auth/whoami?key=" + key, "X-Nothing: " + key, "")
                        .status())
                .isEqualTo(401);
        assertThat(call(host, "GET", "/api/" + key, "Cookie: key=" + key, "").status())
                .isEqualTo(401);
        assertThat(call(host, "POST", "/admin/keys", "X-API-Key: " + key, "{\"name\":\"" + key + "\"}")
                        .status())
                .isEqualTo(422);
        assertThat(call(host, "GET", "/auth/whoami", "Authorization: Bearer " + key, "")
                        .status())
                .isEqualTo(401);
        assertThat(call(host, "GET", "/auth/whoami", "Authorization: Basic " + basic, "")
                        .status())
                .isEqualTo(401);
    }

    private String make(ServerProcess host, String by) throws IOException {
        return shown(
                call(host, "POST", "/admin/keys", "X-API-Key: " + by, "{\"name\":\"second\",\"owner\":\"admin\"}"));
    }

    private String rotate(ServerProcess host, String by, String key) throws IOException {
        String id = key.split("_", -1)[2];
        String path = "/admin/keys/" + id + "/rotate";
        return shown(call(host, "POST", path, "X-API-Key: " + by, "{\"overlap\":\"PT1H\"}"));
    }

    private String shown(Wire.Answer answer) throws IOException {
        JsonNode made = JSON.readTree(answer.text());
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        String key = made.get("key").asText();
        secrets.add(key);
        return key;
    }

    private static Wire.Answer call(ServerProcess host, String method, String path, String field, String body)
            throws IOException {
        String type = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
        List<byte[]> pieces = body.isEmpty() ? List.of() : List.of(body.getBytes(UTF_8));
        try (Wire wire = new Wire(host.port())) {
            return wire.send(new Wire.Call(method, path, field + "\r\n" + type, pieces, 0));
        }
    }

    private static String text(Wire.Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    /**
     * Sends other requests with a key that is not searched for: the server may still hold a closed connection, and an idle
     * thread keeps its last request on its stack until the next one.
     */
    private List<Integer> leftInHeap(ServerProcess host, String other) throws IOException, InterruptedException {
        secrets.remove(other);
        List<Integer> left = List.of();
        for (int attempt = 0; attempt < 10; attempt++) {
            for (int i = 0; i < 50; i++) {
                call(host, "GET", "/admin/keys", "X-API-Key: " + other, "");
                call(host, "GET", "/health/live", "X-Nothing: " + i, "");
            }
            left = found(heap(host));
            if (left.isEmpty()) {
                break;
            }
        }
        return left;
    }

    /** A heap dump of live objects, in which Latin-1 strings appear verbatim. */
    private String heap(ServerProcess host) throws IOException, InterruptedException {
        Path dump = data.resolveSibling(data.getFileName() + ".hprof");
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(host.pid()),
                            "GC.heap_dump",
                            dump.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
            assertThat(jcmd.waitFor()).as(said).isZero();
            String heap = Files.readString(dump, ISO_8859_1);
            // Otherwise the search could not find anything.
            assertThat(heap).contains("urn:busbar:problem:");
            return heap;
        } finally {
            Files.deleteIfExists(dump);
        }
    }

    /** All files except the console log, which shows the first key of a store. */
    private List<Path> files() throws IOException {
        assertThat(found(Files.readString(data.resolve("server.log")))).containsExactly(0);
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("server.log"))
                    .toList()) {
                if (!found(Files.readString(file, ISO_8859_1)).isEmpty()) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** The numbers of the keys found in a text, in Latin-1 or UTF-16. */
    private List<Integer> found(String text) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < secrets.size(); i++) {
            String secret = secrets.get(i).substring(SECRET_START, SECRET_END);
            String wide = String.join("\0", secret.split(""));
            if (text.contains(secret) || text.contains(wide)) {
                found.add(i);
            }
        }
        return found;
    }
}
