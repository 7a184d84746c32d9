package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.CanonicalPath;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import dev.busbar.host.testing.Wire.Answer;
import dev.busbar.plugin.ProblemException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a path is made of: it is refused, or the path that is decided by is the one that is routed. */
final class PathsIT {
    private static final long SEED = 47;
    private static final String[] PARTS = {
        "/",
        "/",
        "/",
        "api",
        "lab",
        "items",
        "admin",
        "health",
        "live",
        "7",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "\\",
        ";",
        ";x=1",
        "%3b",
        "%00",
        "%0a",
        "%7f",
        "%252e",
        "%25",
        "%c0%ae",
        "%e2%80%a8",
        "%61",
        "%41PI",
        "API",
        "%zz",
        "%",
        "~",
        ":",
        "@",
        "+",
        "%20",
        "//",
        "?x=/../admin",
        "#/admin",
        "\u00e9"
    };

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = Lab.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static String random(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(3) > 0 ? "/api/lab" : "/");
        for (int n = random.nextInt(6); n > 0; n--) {
            path.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return path.toString();
    }

    /** The one reading, or nothing where there are two, or a fragment. */
    private static String canonical(String target) {
        if (target.contains("#")) {
            return "";
        }
        try {
            return CanonicalPath.parse(target.split("[?]", 2)[0]).value();
        } catch (ProblemException ambiguous) {
            return "";
        }
    }

    @Test
    void what_is_routed_and_told_is_the_one_reading_of_the_path() throws Exception {
        Random random = new Random(SEED);
        int routed = 0;
        for (int i = 0; i < 1_500; i++) {
            String target = random(random);
            Answer answer;
            try (Wire wire = Wire.to(host.host().port())) {
                answer = wire.lines("GET " + target + " HTTP/1.1", "Host: localhost", "X-API-Key: " + host.key(), "")
                        .read();
            }
            String expected = canonical(target);
            if (expected.isEmpty()) {
                assertThat(answer.status()).as(target).isEqualTo(400);
            } else if (answer.status() >= 400) {
                assertThat(answer.json().path("instance").asText()).as(target).isEqualTo(expected);
            } else {
                routed++;
                assertThat(expected).as(target).isEqualTo(routedBy(answer.body(), expected));
            }
        }
        assertThat(routed).isGreaterThan(50);
    }

    /** The path of the route that gives such an answer. */
    private static String routedBy(String body, String path) {
        if (body.equals("root")) {
            return path.endsWith("/") ? "/api/lab/" : "/api/lab";
        }
        if (body.startsWith("{\"name\":")) {
            return "/api/lab/items/" + body.substring(9, body.indexOf('"', 9));
        }
        return body.contains("<title>") ? "/" : body.contains("pass") ? "/health/live" : "?";
    }
}
