package dev.busbar.host.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression (RFC 9110 sections 8.4 and 12.5.3). */
final class ContentCodingInterceptorTest {
    private static final String LONG = "all the same ".repeat(100);

    private record Got(int status, Map<String, String> fields, byte[] body) {
        String coding() {
            return fields.getOrDefault("content-encoding", "");
        }
    }

    /** Captures the bytes that {@link FakeExchange} would decode as text. */
    private static Got get(Response response, String... accept) {
        FakeExchange exchange = FakeExchange.get("/api/billing/bills");
        for (String value : accept) {
            exchange.with("Accept-Encoding", value);
        }
        byte[][] body = new byte[1][];
        Interceptor look = (invocation, next) -> {
            invocation.reply().onAnswer(answer -> body[0] = answer.body());
            next.proceed(invocation);
        };
        Interceptor.chain(List.of(look, new ContentCodingInterceptor(true)), invocation -> {
                    byte[] plain = response.body() instanceof Response.Body.Bytes bytes ? bytes.bytes() : new byte[0];
                    invocation.reply().claim().orElseThrow().send(response, plain);
                })
                .proceed(new Invocation(exchange, 0));
        return new Got(exchange.status(), exchange.answerHeaders(), body[0]);
    }

    private static Response json(String text) {
        return Response.bytes("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String unzip(byte[] bytes) throws IOException {
        return new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void a_long_text_is_compressed_for_clients_that_accept_it() throws IOException {
        Got got = get(json(LONG).header("ETag", "\"1\""), "gzip, deflate, br");

        assertThat(got.coding()).isEqualTo("gzip");
        assertThat(unzip(got.body())).isEqualTo(LONG);
        assertThat(got.fields()).containsEntry("vary", "accept-encoding").containsEntry("etag", "W/\"1\"");
    }

    @Test
    void an_uncompressed_response_varies_too() {
        Got got = get(json(LONG).header("ETag", "\"1\"").header("Vary", "X-Unit"));

        assertThat(got.coding()).isEmpty();
        assertThat(got.fields())
                .containsEntry("vary", "X-Unit, accept-encoding")
                .containsEntry("etag", "\"1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "GZIP | true",
                "x-gzip | true",
                "* | true",
                "gzip;q=0.5 | true",
                "gzip ; q=1.000 | true",
                "br, gzip;q=0.001 | true",
                "identity;q=0, gzip | true",
                "identity;q=0.5, gzip;q=0.8 | true",
                "identity, gzip;q=0.8 | false",
                "gzip;q=0 | false",
                "gzip;q=0, * | false",
                "*;q=0 | false",
                "br | false",
                "identity;q=0 | false",
                "'' | false",
                "gzip;q=2 | false",
                "gzip;q=-1 | false",
                "gzip;q=1.5 | false",
                "gzip;q=0.1234 | false",
                "gzip;q= | false",
                "gzip;level=9 | false",
                ",,;;q=,gzip;=,gzipp | false",
                ";q=1, nonsense;;, gzip | true",
            })
    void the_client_decides_and_invalid_codings_are_ignored(String accept, boolean compressed) {
        assertThat(get(json(LONG), accept).coding()).isEqualTo(compressed ? "gzip" : "");
    }

    @Test
    void the_preference_may_come_in_several_headers() {
        assertThat(get(json(LONG), "br", "gzip;q=0.3").coding()).isEqualTo("gzip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/csv",
                "text/plain; charset=utf-8",
                "APPLICATION/JSON",
                "application/problem+json",
                "application/xml",
                "image/svg+xml",
                "application/x-ndjson"
            })
    void all_text_types_are_compressed(String type) {
        assertThat(get(json(LONG).header("Content-Type", type), "gzip").coding())
                .isEqualTo("gzip");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type | image/png",
                "Content-Type | application/zip",
                "Content-Type | text/event-stream",
                "Content-Encoding | br",
                "Content-Encoding | gzip",
                "Cache-Control | max-age=3, No-Transform",
                "Cache-Control | no-store",
                "Content-Range | bytes 0-1/2",
            })
    void content_that_is_coded_or_secret_or_compressed_already_is_left(String field, String value) {
        Got got = get(json(LONG).header(field, value), "gzip");

        assertThat(got.body()).isEqualTo(LONG.getBytes(StandardCharsets.UTF_8));
        assertThat(got.fields()).doesNotContainKey("vary");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 206, 304})
    void statuses_without_complete_content_are_left(int status) {
        assertThat(get(json(LONG).status(status), "gzip").coding()).isEmpty();
    }

    @Test
    void content_that_is_short_or_does_not_shrink_is_left() {
        assertThat(get(json("x".repeat(1023)), "gzip").coding()).isEmpty();
        byte[] noise = new byte[1024];
        new Random(7).nextBytes(noise);
        assertThat(get(Response.bytes("text/plain", noise), "gzip").coding()).isEmpty();
    }

    @Test
    void compression_can_be_disabled() {
        RouteContract route = RouteContract.of(
                "billing", Route.get("/bills", request -> json(LONG)).access(Access.PUBLIC));

        assertThat(new ContentCodingInterceptor(false).on(route)).isEmpty();
        assertThat(new ContentCodingInterceptor(true).on(route)).isPresent();
    }
}
