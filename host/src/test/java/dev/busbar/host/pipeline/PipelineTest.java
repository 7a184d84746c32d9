package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The invocation, and the chain that it passes. */
final class PipelineTest {
    private final List<String> log = new ArrayList<>();
    private final FakeExchange exchange = FakeExchange.get("/api/billing");
    private final Invocation invocation = new Invocation(exchange, 7);

    private Interceptor logging(String name) {
        return (passing, next) -> {
            log.add(name);
            next.proceed(passing);
            log.add(name + " done");
        };
    }

    @Test
    void interceptors_run_in_the_order_of_the_list_and_the_first_is_outermost() {
        Interceptor.chain(
                        List.of(logging("correlation"), logging("authentication"), logging("body")),
                        passing -> log.add("handler"))
                .proceed(invocation);

        assertThat(log)
                .containsExactly(
                        "correlation",
                        "authentication",
                        "body",
                        "handler",
                        "body done",
                        "authentication done",
                        "correlation done");
    }

    @Test
    void an_interceptor_that_throws_keeps_the_rest_from_running() {
        Interceptor refusing = (passing, next) -> {
            throw ProblemException.conflict("no");
        };

        assertThatThrownBy(() -> Interceptor.chain(
                                List.of(logging("first"), refusing, logging("never")), passing -> log.add("never"))
                        .proceed(invocation))
                .isInstanceOf(ProblemException.class);
        assertThat(log).containsExactly("first");
    }

    @Test
    void one_of_many_gets_to_answer() {
        assertThat(invocation.reply().claim()).isPresent();
        assertThat(invocation.reply().claim()).isEmpty();
        invocation.reply().fail(ProblemException.conflict("late"));

        assertThat(invocation.reply().isClaimed()).isTrue();
        assertThat(exchange.answers()).isZero();
    }

    @Test
    void hooks_run_once_in_reverse_when_the_answer_is_out_and_everybody_has_let_go() {
        invocation.completion().onComplete(() -> log.add("first"));
        invocation.completion().onComplete(() -> log.add("second"));
        invocation.completion().retain();

        invocation.reply().fail(ProblemException.conflict("no"));
        assertThat(log).isEmpty();
        invocation.completion().release();

        assertThat(log).containsExactly("second", "first");
    }

    @Test
    void a_fault_of_the_host_is_not_told() {
        invocation.reply().fail(new IllegalStateException("secret"));

        assertThat(exchange.problem()).isEqualTo("internal-error");
        assertThat(exchange.text()).doesNotContain("secret");
    }

    @Test
    void every_answer_carries_what_was_added_to_it() {
        invocation.correlationId("id-000001");
        invocation.reply().addHeader("X-Added", "1");

        invocation.reply().fail(ProblemException.notFound("none").withHeader("X-Own", "2"));

        assertThat(exchange.answerHeaders())
                .containsEntry("x-correlation-id", "id-000001")
                .containsEntry("x-added", "1")
                .containsEntry("x-own", "2")
                .containsEntry("cache-control", "no-store")
                .containsEntry("content-type", "application/problem+json");
        assertThat(exchange.json().get("correlationId").asText()).isEqualTo("id-000001");
    }

    @Test
    void neither_answer_nor_problem_can_set_what_belongs_to_the_host() {
        invocation.correlationId("id-000001");
        invocation
                .reply()
                .fail(ProblemException.notFound("none")
                        .withHeader("X-Correlation-ID", "forged")
                        .withHeader("Transfer-Encoding", "chunked")
                        .withHeader("Connection", "close"));

        assertThat(exchange.answerHeaders())
                .containsEntry("x-correlation-id", "id-000001")
                .doesNotContainKeys("transfer-encoding", "connection");
    }

    private String cacheControl(String own, boolean personal) {
        FakeExchange one = FakeExchange.get("/");
        Invocation passing = new Invocation(one, 0);
        if (personal) {
            passing.reply().markPersonal();
        }
        passing.reply().claim().orElseThrow().send(Response.noContent().header("Cache-Control", own));
        return one.answerHeaders().get("cache-control");
    }

    @Test
    void a_personal_answer_is_never_left_to_shared_caches() {
        assertThat(cacheControl("public, max-age=60", true)).isEqualTo("private, max-age=60");
        assertThat(cacheControl("max-age=60, x-private=1", true)).isEqualTo("private, max-age=60, x-private=1");
        assertThat(cacheControl("public, private=\"set-cookie, x\", S-MaxAge = 9", true))
                .isEqualTo("private");
        assertThat(cacheControl("Private, max-age=60", true)).isEqualTo("private, max-age=60");
        assertThat(cacheControl("private", true)).isEqualTo("private");
        assertThat(cacheControl("no-store", true)).isEqualTo("no-store");
        assertThat(cacheControl("max-age=60 , No-Store", true)).isEqualTo("max-age=60 , No-Store");
        assertThat(cacheControl("must-understand, no-store, max-age=9", true))
                .isEqualTo("private, must-understand, no-store, max-age=9");
        assertThat(cacheControl(",,", true)).isEqualTo("private");
        assertThat(cacheControl("public, max-age=60", false)).isEqualTo("public, max-age=60");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-cache",
                "max-age=0",
                "must-revalidate, max-age=10",
                "no-transform",
                "max-age=60",
                "max-age=60, immutable",
                "no-cache=\"set-cookie, public\"",
                "max-age=5, stale-while-revalidate=10, stale-if-error=20, proxy-revalidate, x=\"a,b\""
            })
    void what_a_handler_says_about_caching_reaches_a_client_with_a_credential(String said) {
        assertThat(cacheControl(said, true)).isEqualTo("private, " + said);
        assertThat(cacheControl("public, s-maxage=9," + said, true)).isEqualTo("private, " + said);
    }

    private String vary(Response response) {
        FakeExchange one = FakeExchange.get("/");
        Invocation passing = new Invocation(one, 0);
        passing.reply().markPersonal();
        passing.reply().claim().orElseThrow().send(response);
        return one.answerHeaders().get("vary");
    }

    @Test
    void a_personal_answer_varies_by_credential_beside_what_the_plugin_says() {
        assertThat(vary(Response.noContent())).isEqualTo("Authorization, X-API-Key");
        assertThat(vary(Response.noContent().header("Vary", "Accept"))).isEqualTo("Accept, Authorization, X-API-Key");
        assertThat(vary(Response.noContent().header("vary", "*"))).isEqualTo("*");
        assertThat(vary(Response.noContent().header("vary", "Accept ,\t* "))).isEqualTo("Accept ,\t* ");
    }

    @Test
    void a_stream_is_sent_and_ended_or_broken_off() {
        assertThatThrownBy(() -> invocation.reply().claim().orElseThrow().stream(Response.noContent(), out -> {
                    out.write('a');
                    throw new IOException("no more");
                }))
                .isInstanceOf(IOException.class);

        assertThat(exchange.isAborted()).isTrue();
        assertThat(exchange.text()).isEqualTo("a");
    }

    @Test
    void an_invocation_remembers_what_was_found_out() {
        assertThatThrownBy(invocation::endpoint).isInstanceOf(IllegalStateException.class);
        assertThat(invocation.timing().arrivedNanos()).isEqualTo(7);
        assertThat(invocation.caller()).isEmpty();
        assertThat(invocation.pathParameters()).isEmpty();
        new CanonicalPathInterceptor()
                .intercept(invocation, passing -> log.add(passing.path().value()));
        assertThat(log).containsExactly("/api/billing");
        assertThat(invocation.exchange()).isSameAs(exchange);
    }

    @Test
    void new_names_are_uuids_of_version_7_that_sort_by_time() {
        CorrelationInterceptor early = names("2026-01-01T00:00:00Z");
        CorrelationInterceptor later = names("2026-01-01T00:00:00.001Z");
        Set<String> seen = new HashSet<>();

        for (int i = 0; i < 1_000; i++) {
            String name = early.name(List.of());
            assertThat(name).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(name).isLessThan(later.name(List.of()));
            seen.add(name);
        }
        assertThat(seen).hasSize(1_000);
    }

    @Test
    void a_clients_name_is_taken_when_it_is_one_and_well_formed() {
        CorrelationInterceptor names = names("2026-01-01T00:00:00Z");

        assertThat(names.name(List.of("abc.DEF_1-2"))).isEqualTo("abc.DEF_1-2");
        assertThat(names.name(List.of("a".repeat(128)))).hasSize(128);
        for (List<String> refused : List.of(
                List.of("a".repeat(129)),
                List.of("short"),
                List.of("with space"),
                List.of("na\u00efve-name"),
                List.of("good-name-1", "good-name-2"))) {
            assertThat(names.name(refused)).hasSize(36);
        }
    }

    private static CorrelationInterceptor names(String instant) {
        return new CorrelationInterceptor(Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
    }
}
