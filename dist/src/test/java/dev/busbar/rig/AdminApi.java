package dev.busbar.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A client of the admin API, with a new connection for each call. Thread-safe. */
public final class AdminApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIMIT_MILLIS = 120_000;

    private final int port;
    private final String key;

    /** The API of a host that is ready to serve. */
    public AdminApi(ServerProcess host) {
        this.port = host.port();
        this.key = host.key();
    }

    /** Uploads a jar. */
    public Wire.Answer install(byte[] jar) throws IOException {
        return send("POST", "/admin/plugins", "application/java-archive", List.of(jar));
    }

    /** Changes a plugin: {@code reload}, {@code rollback}, {@code enable}, {@code disable}. */
    public Wire.Answer change(String id, String what) throws IOException {
        return send("POST", "/admin/plugins/" + id + "/" + what, "", List.of());
    }

    /** Configures a plugin. */
    public Wire.Answer configure(String id, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return send("PUT", "/admin/plugins/" + id + "/config", "application/json", List.of(body));
    }

    /** A plugin; empty if the host has none with that id. */
    public Optional<JsonNode> plugin(String id) throws IOException {
        Wire.Answer answer = send("GET", "/admin/plugins/" + id, "", List.of());
        return answer.status() == 404
                ? Optional.empty()
                : Optional.of(JSON.readTree(good(answer).body()));
    }

    /** The generations of a plugin, newest first. */
    public JsonNode generations(String id) throws IOException {
        return JSON.readTree(good(send("GET", "/admin/plugins/" + id + "/generations", "", List.of()))
                .body());
    }

    /** The response to a POST of JSON to a path. */
    public Wire.Answer post(String path, String json) throws IOException {
        return send("POST", path, "application/json", List.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** The response to a GET of a path. */
    public Wire.Answer get(String path) throws IOException {
        return send("GET", path, "", List.of());
    }

    /**
     * Returns a successful response.
     *
     * @throws IllegalStateException for any other response
     */
    public static Wire.Answer good(Wire.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("the host answered " + answer.status() + ": " + answer.text());
        }
        return answer;
    }

    private Wire.Answer send(String method, String path, String type, List<byte[]> body) throws IOException {
        String fields = "X-API-Key: " + key + "\r\nConnection: close\r\n"
                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n");
        try (Wire wire = new Wire(port, LIMIT_MILLIS)) {
            return wire.send(new Wire.Call(method, path, fields, body, 0));
        }
    }
}
