package dev.busbar.host.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.TestHost;
import dev.busbar.host.testing.Wire;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser gets that reads the operations at {@code /docs}. */
final class DocsIT {
    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"(/docs/[^\"]+)\"");

    @TempDir
    static Path data;

    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        host = TestHost.start(data);
    }

    @AfterAll
    static void stopHost() {
        host.close();
    }

    private static HttpResponse<String> ask(String path) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri(path)));
    }

    private static String field(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void the_page_and_all_that_it_loads_come_from_the_host() throws Exception {
        HttpResponse<String> page = ask("/docs");
        List<String> loaded = new ArrayList<>();
        for (Matcher each = LOADED.matcher(page.body()); each.find(); ) {
            loaded.add(each.group(1));
        }

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(field(page, "Content-Type")).startsWith("text/html");
        assertThat(page.body()).doesNotContain("http:", "https:", "<style", "style=", "<script>", "onclick");
        assertThat(loaded).hasSize(4);
        for (String path : loaded) {
            HttpResponse<String> file = ask(path);
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            assertThat(field(file, "Content-Type")).matches("text/(css|javascript).*");
            assertThat(file.body()).isNotEmpty();
        }
    }

    @Test
    void both_pages_name_an_icon_of_the_host() throws Exception {
        for (String page : List.of("/", "/docs")) {
            assertThat(ask(page).body()).contains("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/icon.svg\">");
        }
        HttpResponse<String> icon = ask("/icon.svg");

        assertThat(icon.statusCode()).isEqualTo(200);
        assertThat(field(icon, "Content-Type")).startsWith("image/svg+xml");
    }

    @Test
    void a_key_has_one_place_is_shown_in_no_command_and_its_refusal_is_said() throws Exception {
        String script = ask("/docs/docs.js").body();

        assertThat(script)
                .contains("showMutatedRequest: false", "responseInterceptor: withResult", "response.status === 401");
        assertThat(ask("/docs/docs.css").body())
                .contains(".auth-wrapper, .swagger-ui .authorization__btn { display: none");
    }

    @Test
    void the_page_may_be_asked_for_without_its_content() throws Exception {
        HttpResponse<String> head = host.send(
                HttpRequest.newBuilder(host.uri("/docs")).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(field(head, "Content-Type")).startsWith("text/html");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void pages_are_compressed_and_not_sent_again_to_whoever_has_them() throws Exception {
        String bundle = "/docs/5.34.1/swagger-ui-bundle.js";
        HttpResponse<byte[]> gzip = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(host.uri(bundle))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<String> plain = ask(bundle);
        HttpResponse<String> again =
                host.send(HttpRequest.newBuilder(host.uri(bundle)).header("If-None-Match", field(plain, "ETag")));

        assertThat(field(gzip, "Content-Encoding")).isEqualTo("gzip");
        assertThat(field(gzip, "Vary")).containsIgnoringCase("accept-encoding");
        assertThat(gzip.body()).hasSizeLessThan(plain.body().length() / 2);
        assertThat(new String(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes(), UTF_8))
                .isEqualTo(plain.body());
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void a_page_has_two_methods() throws Exception {
        HttpResponse<String> refused =
                host.send(HttpRequest.newBuilder(host.uri("/docs")).POST(HttpRequest.BodyPublishers.ofString("x")));

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(field(refused, "Allow")).isEqualTo("GET, HEAD");
        assertThat(refused.body()).contains("method-not-allowed");
    }

    @Test
    void files_with_a_version_in_their_path_are_kept_and_the_others_asked_for_each_time() throws Exception {
        assertThat(field(ask("/docs/5.34.1/swagger-ui.css"), "Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(field(ask("/docs"), "Cache-Control")).isEqualTo("no-cache");
        assertThat(field(ask("/docs/docs.js"), "Cache-Control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/docs.js", "/docs/5.34.1/swagger-ui-bundle.js"})
    void nothing_inline_runs_and_nothing_from_elsewhere_is_loaded(String path) throws Exception {
        HttpResponse<String> answer = ask(path);

        assertThat(field(answer, "Content-Security-Policy"))
                .isEqualTo("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
                        + " object-src 'none'; img-src 'self' data:");
        assertThat(field(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(field(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(field(answer, "X-Correlation-ID")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/",
                "/docs/index.html",
                "/docs/5.34.1/",
                "/docs/5.34.1/index.html",
                "/docs/5.34.1/swagger-ui.js",
                "/docs/5.34.1/swagger-initializer.js",
                "/docs/5.34.1/oauth2-redirect.html",
                "/docs/5.34.0/swagger-ui.css",
                "/META-INF/MANIFEST.MF",
                "/tinylog.properties"
            })
    void what_the_page_does_not_need_is_not_there(String path) throws Exception {
        HttpResponse<String> answer = ask(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/../tinylog.properties",
                "/docs/5.34.1/../../tinylog.properties",
                "/docs/5.34.1/%2e%2e/%2e%2e/tinylog.properties",
                "/docs/..%2ftinylog.properties",
                "/docs/5.34.1/..;/docs.js",
                "//docs/docs.js"
            })
    void no_path_leads_out_of_the_pages(String path) throws Exception {
        Wire.Answer answer;
        try (Wire wire = Wire.to(host.host().port())) {
            answer = wire.lines("GET " + path + " HTTP/1.1", "Host: localhost", "")
                    .read();
        }

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain("writer").contains("urn:busbar:problem:");
    }
}
