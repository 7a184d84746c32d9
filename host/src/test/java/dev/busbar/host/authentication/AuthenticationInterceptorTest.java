package dev.busbar.host.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.access.AccessRig;
import dev.busbar.host.access.Keys;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.authorization.AuthorizationInterceptor;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.CanonicalPathInterceptor;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.testing.CountingMeters;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.host.testing.ManualClock;
import dev.busbar.host.tokens.Grant;
import dev.busbar.host.tokens.TokenSettings;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The credentials of a request, and the responses to those that are not valid. */
class AuthenticationInterceptorTest {
    private static final String INSIDE = "10.1.2.3";
    private static final String OUTSIDE = "192.0.2.1";
    private static final AuthenticationSettings TWO_FAILURES =
            new AuthenticationSettings(2, Duration.ofMinutes(1), 1, 1, Duration.ZERO);

    @TempDir
    Path data;

    private final FakeAuditTrail audit = new FakeAuditTrail();
    private final CountingMeters meters = new CountingMeters();
    private Database database;
    private AccessRig rig;
    private Logins logins;
    private Interceptor.Next chain;
    private Keys.Created key;

    private record Needing(Optional<String> permission) implements Endpoint.Unmatched {
        @Override
        public void proceed(Invocation invocation) {
            byte[] name = name(invocation).getBytes(StandardCharsets.UTF_8);
            invocation.reply().claim().orElseThrow().send(Response.text(""), name);
        }

        private static String name(Invocation invocation) {
            return invocation.caller().map(caller -> caller.principal().id()).orElse("nobody");
        }
    }

    @BeforeEach
    void open() {
        database = Database.open(Databases.h2());
        rig = new AccessRig(database, data);
        Tokens tokens = new Tokens(
                database,
                rig.audit,
                TokenSettings.of("https://busbar.test"),
                new Issuers(Map.of(), rig.clock(), Runnable::run),
                rig.clock());
        logins = new Logins(rig.access, tokens, TWO_FAILURES, audit);
        AuthenticationInterceptor interceptor =
                new AuthenticationInterceptor(logins, Duration.ZERO, new ManualClock().deadlines(), meters);
        chain = Interceptor.chain(
                List.of(new CanonicalPathInterceptor(), AuthenticationInterceptorTest::found, interceptor),
                invocation -> invocation.endpoint().proceed(invocation));
        key = rig.newSecret("ada", "researcher", "10.0.0.0/8");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void found(Invocation invocation, Interceptor.Next next) {
        boolean open = invocation.path().value().startsWith("/open") || isAuth(invocation);
        invocation.endpoint(new Needing(open ? Optional.empty() : Optional.of("turbo:read")), List.of());
        next.proceed(invocation);
    }

    private static boolean isAuth(Invocation invocation) {
        return invocation.path().value().startsWith("/auth/");
    }

    private FakeExchange send(FakeExchange exchange) {
        Interceptor.pass(new Invocation(exchange, 0), chain);
        assertThat(exchange.answers()).isOne();
        return exchange;
    }

    private FakeExchange send(String path, String authorization) {
        return send(FakeExchange.get(path).from(INSIDE).with("Authorization", authorization));
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private String token() {
        Grant grant =
                new Grant("ada", key.info().id(), Set.of(), List.of("turbo:read"), Optional.empty(), Optional.empty());
        return logins.issue(grant).text();
    }

    private int counted(String method, String outcome) {
        return meters.counted("busbar.auth.attempts", Map.of("method", method, "outcome", outcome));
    }

    @Test
    void a_key_is_accepted_in_either_header() {
        assertThat(send("/private", "ApiKey " + key.key()).text()).isEqualTo("ada");
        assertThat(send("/private", "APIKEY " + key.key()).text()).isEqualTo("ada");
        assertThat(send(FakeExchange.get("/open").from(INSIDE).with("X-API-Key", key.key()))
                        .text())
                .isEqualTo("ada");
        assertThat(counted("key", "success")).isEqualTo(3);
        assertThat(rig.access.keys().find(key.info().id()).orElseThrow().lastUsedFrom())
                .isEmpty();
    }

    @Test
    void without_a_credential_a_public_route_is_answered_and_any_other_asks_for_one() {
        FakeExchange open = send(FakeExchange.get("/open"));
        FakeExchange refused = send(FakeExchange.get("/private"));

        assertThat(open.text()).isEqualTo("nobody");
        assertThat(open.answerHeaders()).doesNotContainKey("vary");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.answerHeaders().get("www-authenticate")).isEqualTo(AuthorizationInterceptor.CHALLENGE);
        assertThat(refused.answerHeaders().get("vary")).containsIgnoringCase("authorization");
        assertThat(audit.events()).isEmpty();
    }

    @Test
    void a_response_to_a_credential_is_not_shared_even_where_none_is_needed() {
        assertThat(send("/open", "ApiKey " + key.key()).answerHeaders().get("vary"))
                .containsIgnoringCase("authorization");
    }

    @Test
    void two_credentials_are_refused_although_one_is_valid() {
        FakeExchange both = send(FakeExchange.get("/open")
                .from(INSIDE)
                .with("X-API-Key", key.key())
                .with("Authorization", "ApiKey " + key.key()));

        assertThat(both.status()).isEqualTo(400);
        assertThat(both.text()).contains("two credentials were sent");
    }

    @Test
    void what_is_no_valid_credential_is_refused_alike() {
        List<String> bad = List.of(
                "ApiKey x",
                "Bearer x",
                "Digest x",
                "",
                key.key(),
                basic(key.info().id(), key.key()));
        for (String each : bad) {
            String address = "10.9." + bad.indexOf(each) + ".1";
            FakeExchange refused = send(FakeExchange.get("/open").from(address).with("Authorization", each));

            assertThat(refused.status()).as(each).isEqualTo(401);
            assertThat(refused.problem()).isEqualTo("invalid-credentials");
        }
        assertThat(counted("other", "refused")).isEqualTo(3);
        assertThat(counted("basic", "refused")).isOne();
        assertThat(counted("token", "refused")).isOne();
        assertThat(counted("key", "refused")).isOne();
        assertThat(audit.events()).extracting(AuditEvent::action).containsOnly("auth.fail");
    }

    @Test
    void a_key_is_valid_from_its_addresses_only() {
        FakeExchange elsewhere = send(FakeExchange.get("/open").from(OUTSIDE).with("X-API-Key", key.key()));

        assertThat(elsewhere.status()).isEqualTo(401);
        assertThat(audit.events()).extracting(event -> event.actor().address()).containsExactly(Optional.of(OUTSIDE));
    }

    @Test
    void a_token_is_accepted_until_its_key_is_revoked() {
        String token = token();

        assertThat(send("/private", "Bearer " + token).text()).isEqualTo("ada");
        assertThat(counted("token", "success")).isOne();
        rig.revoke(key.info());

        assertThat(send("/private", "Bearer " + token).status()).isEqualTo(401);
    }

    @Test
    void where_tokens_are_issued_a_client_presents_its_id_and_key() {
        for (String path : List.of("/auth/token", "/auth/revoke")) {
            assertThat(send(path, basic(key.info().id(), key.key())).text()).isEqualTo("ada");
            assertThat(send(path, "ApiKey " + key.key()).text()).isEqualTo("ada");
        }

        FakeExchange other = send("/auth/token", basic("another", key.key()));
        FakeExchange byToken = send("/auth/token", "Bearer " + token());

        assertThat(other.status()).isEqualTo(401);
        assertThat(other.answerHeaders().get("www-authenticate")).isEqualTo("Basic realm=\"busbar\"");
        assertThat(other.answerHeaders().get("content-type")).isEqualTo("application/json");
        assertThat(other.answerHeaders().get("pragma")).isEqualTo("no-cache");
        assertThat(other.json().get("error").asText()).isEqualTo("invalid_client");
        assertThat(other.json().get("error_description").asText()).isEqualTo("the credential is not valid here");
        assertThat(byToken.status()).isEqualTo(401);
    }

    @Test
    void errors_of_a_token_endpoint_have_the_names_and_letters_of_their_rfc() {
        assertThat(TokenEndpoint.shape(problem(429)).members()).containsEntry("error", "temporarily_unavailable");
        assertThat(TokenEndpoint.shape(problem(400)).members()).containsEntry("error", "invalid_request");
        assertThat(TokenEndpoint.shape(problem(499)).members()).containsEntry("error", "invalid_request");
        assertThat(TokenEndpoint.shape(problem(500)).members())
                .containsEntry("error", "server_error")
                .containsEntry("error_description", "a 'b' 'c ?");
        assertThat(TokenEndpoint.shape(problem(400).with("error", "invalid_scope"))
                        .members())
                .containsEntry("error", "invalid_scope");
        assertThat(AuthenticationInterceptor.isTokenEndpoint("/auth/token")).isTrue();
        assertThat(AuthenticationInterceptor.isTokenEndpoint("/auth/whoami")).isFalse();
    }

    private static ProblemException problem(int status) {
        return ProblemException.of(status, "a-name", "Title", "a \"b\" \\c \u00e4");
    }

    @Test
    void after_too_many_failures_an_address_is_refused_and_a_valid_key_still_passes() {
        String token = token();
        for (int n = 0; n < 2; n++) {
            assertThat(send("/open", "ApiKey wrong").status()).isEqualTo(401);
        }

        FakeExchange over = send("/open", "ApiKey wrong");

        assertThat(over.status()).isEqualTo(429);
        assertThat(over.answerHeaders().get("retry-after")).isEqualTo("30");
        assertThat(counted("key", "limited")).isOne();
        assertThat(send("/open", "ApiKey " + key.key()).text()).isEqualTo("ada");
        assertThat(send("/open", "Bearer " + token).text()).as("cached").isEqualTo("ada");
        assertThat(send(FakeExchange.get("/open").from("10.77.0.1").with("X-API-Key", "wrong"))
                        .status())
                .as("another address")
                .isEqualTo(401);
    }

    @Test
    void a_caller_is_looked_up_again_as_it_is_now() {
        Caller caller = logins.byToken(token(), new Logins.Attempt(INSIDE, "r")).caller();

        assertThat(caller.credential().hasEnded()).isFalse();
        assertThat(caller.credential().current(caller, INSIDE).map(now -> now.principal()
                        .id()))
                .contains("ada");
        assertThat(caller.credential().current(caller, OUTSIDE)).isEmpty();
        assertThat(logins.current(caller, new Logins.Attempt(INSIDE, "r")).keyId())
                .isEqualTo(key.info().id());
        assertThatThrownBy(() -> logins.current(caller, new Logins.Attempt(OUTSIDE, "r")))
                .hasMessageContaining("the credential is not valid here");
        rig.revoke(key.info());
        assertThat(caller.credential().current(caller, INSIDE)).isEmpty();
        rig.pass(Duration.ofDays(1));
        assertThat(caller.credential().hasEnded()).isTrue();
    }

    @Test
    void bounds_that_would_lock_out_everybody_or_nobody_are_refused() {
        Duration minute = Duration.ofMinutes(1);
        assertThat(new AuthenticationSettings(1, Duration.ofSeconds(1), 100_000, 1, Duration.ofSeconds(5)))
                .isNotNull();
        assertThat(new AuthenticationSettings(1, Duration.ofHours(1), 1, 1, Duration.ZERO))
                .isNotNull();
        List<ThrowingCallable> bad = List.of(
                () -> new AuthenticationSettings(0, minute, 1, 1, Duration.ZERO),
                () -> new AuthenticationSettings(1, minute, 100_001, 1, Duration.ZERO),
                () -> new AuthenticationSettings(1, minute, 1, 0, Duration.ZERO),
                () -> new AuthenticationSettings(1, Duration.ofMillis(999), 1, 1, Duration.ZERO),
                () -> new AuthenticationSettings(1, Duration.ofHours(1).plusNanos(1), 1, 1, Duration.ZERO));
        bad.forEach(each -> assertThatThrownBy(each).isInstanceOf(IllegalArgumentException.class));
    }
}
