package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Queries, bodies, and what is said of bodies beforehand. */
final class RequestReadingTest {
    private final AtomicBoolean revoked = new AtomicBoolean();

    private RequestBody body(int bytes, int limit) {
        return new RequestBody(new ByteArrayInputStream(new byte[bytes]), limit, revoked::get);
    }

    private static RequestBody failing(IOException failure) {
        return new RequestBody(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw failure;
                    }
                },
                10,
                () -> false);
    }

    @Test
    void a_query_is_read_in_order_and_decoded() {
        assertThat(QueryParameters.parse("b=1&a=%C3%A4+x&b=2&c&=v&&d=1=2").toString())
                .isEqualTo("{b=[1, 2], a=[ä x], c=[], =[v], d=[1=2]}");
        assertThat(QueryParameters.parse("")).isEmpty();
        assertThat(QueryParameters.parse("&&")).isEmpty();
    }

    @Test
    void a_broken_percent_encoding_in_a_query_is_400() {
        assertThatThrownBy(() -> QueryParameters.parse("a=%zz"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.name())
                        .isEqualTo("bad-request"));
    }

    @Test
    void a_body_within_its_limit_is_read_whole() throws IOException {
        RequestBody body = body(10, 10);

        assertThat(body.available()).isEqualTo(10);
        assertThat(body.read()).isZero();
        assertThat(body.read(new byte[4], 0, 0)).isZero();
        assertThat(body.readAllBytes()).hasSize(9);
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.waiting()).isFalse();
        assertThat(body.problem()).isNull();
    }

    @Test
    void one_byte_too_many_is_413_while_it_is_read_and_stays_so() {
        RequestBody body = body(11, 10);

        ProblemException first = catchThrowableOfType(ProblemException.class, body::readAllBytes);

        assertThat(first.status()).isEqualTo(413);
        assertThat(body.problem()).isSameAs(first);
        assertThatThrownBy(body::read).isSameAs(first);
    }

    @Test
    void an_answered_request_has_no_body_any_more() throws IOException {
        RequestBody body = body(10, 10);
        revoked.set(true);

        assertThatThrownBy(body::read).isInstanceOf(IOException.class);
        assertThat(body.available()).isZero();
        assertThat(body.problem()).isNull();
    }

    @Test
    void a_body_that_breaks_off_is_the_clients_fault() {
        RequestBody broken = failing(new IOException("reset"));
        RequestBody silent = failing(new IOException(new TimeoutException("idle")));

        assertThatThrownBy(broken::read).isInstanceOf(IOException.class);
        assertThatThrownBy(silent::read).isInstanceOf(IOException.class);

        assertThat(broken.problem()).extracting(ProblemException::status).isEqualTo(400);
        assertThat(silent.problem()).extracting(ProblemException::status).isEqualTo(408);
    }

    @Test
    void a_body_of_another_type_is_415_and_tells_what_is_taken() {
        Route route = Route.post("/", request -> Response.noContent()).consumes("text/csv", "Application/JSON");

        BodyRules.check(route, List.of("Text/CSV; charset=utf-8"), 5);
        BodyRules.check(route, List.of("application/json"), -1);
        for (List<String> sent :
                List.of(List.<String>of(), List.of(""), List.of("text/plain"), List.of("text/csv", "text/csv"))) {
            ProblemException refused =
                    catchThrowableOfType(ProblemException.class, () -> BodyRules.check(route, sent, 5));
            assertThat(refused.status()).isEqualTo(415);
            assertThat(refused.headers()).containsEntry("Accept", "text/csv, application/json");
        }
    }

    @Test
    void a_body_that_is_declared_too_large_is_413() {
        Route route = Route.post("/", request -> Response.noContent()).maxBodyBytes(10);

        BodyRules.check(route, List.of(), 10);
        assertThatThrownBy(() -> BodyRules.check(route, List.of(), 11))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.detail())
                        .contains("10 bytes"));
    }

    @Test
    void a_problem_document_has_all_members_in_order() {
        ProblemException problem = ProblemException.invalid(
                        "two \"things\"",
                        List.of(ProblemException.Violation.of("/a", "x"), ProblemException.Violation.of("?b", "y")))
                .with("platform", "billing");

        assertThat(new String(Problems.encode(problem, "/p", "id-1"), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"urn:busbar:problem:validation-failed\",\"title\":\"Validation failed\","
                        + "\"status\":422,\"detail\":\"two \\\"things\\\"\",\"instance\":\"/p\","
                        + "\"correlationId\":\"id-1\",\"errors\":[{\"pointer\":\"/a\",\"detail\":\"x\"},"
                        + "{\"pointer\":\"?b\",\"detail\":\"y\"}],\"platform\":\"billing\"}");
        assertThat(new String(
                        Problems.encode(Problems.shuttingDown(), "", "id-1"), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("instance")
                .contains("shutting-down");
        assertThat(Problems.internalError().status()).isEqualTo(500);
    }
}
