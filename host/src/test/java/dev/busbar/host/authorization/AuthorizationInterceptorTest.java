package dev.busbar.host.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.CountingMeters;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.testing.FakeExchange;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The check of a route's permission. */
class AuthorizationInterceptorTest {
    private final FakeAuditTrail audit = new FakeAuditTrail();
    private final CountingMeters meters = new CountingMeters();
    private final AuthorizationInterceptor interceptor = new AuthorizationInterceptor(audit, meters);
    private final AtomicInteger passed = new AtomicInteger();

    private record Needing(Optional<String> permission) implements Endpoint.Unmatched {
        @Override
        public void proceed(Invocation invocation) {}
    }

    private static Caller reader() {
        return new Caller(
                Principal.of("anna", Principal.Kind.HUMAN, Set.of("analyst")),
                "k1",
                Set.of("billing:read"),
                Optional.empty(),
                "billing:read"::equals,
                Caller.Account.of("k1"));
    }

    private static Invocation needing(String permission, FakeExchange exchange) {
        Invocation invocation = new Invocation(exchange.from("10.1.2.3"), 0);
        invocation.endpoint(new Needing(Optional.of(permission).filter(text -> !text.isEmpty())), List.of());
        return invocation;
    }

    private static Invocation needing(String permission) {
        return needing(permission, FakeExchange.get("/"));
    }

    private ProblemException refused(Invocation invocation) {
        ProblemException problem = catchThrowableOfType(
                ProblemException.class, () -> interceptor.intercept(invocation, none -> passed.incrementAndGet()));
        assertThat(passed).hasValue(0);
        return problem;
    }

    @Test
    void a_route_with_a_permission_is_checked_and_a_public_one_is_not() {
        Route route = Route.get("/", request -> Response.text(""));

        assertThat(interceptor.on(RouteContract.of("billing", route.access(Access.READ))))
                .contains(interceptor);
        assertThat(interceptor.on(RouteContract.of("billing", route.access(Access.PUBLIC))))
                .isEmpty();
    }

    @Test
    void a_caller_with_the_permission_passes_once_and_is_not_counted() {
        Invocation invocation = needing("billing:read");
        invocation.caller(reader());

        interceptor.intercept(invocation, none -> passed.incrementAndGet());

        assertThat(passed).hasValue(1);
        assertThat(audit.events()).isEmpty();
    }

    @Test
    void a_route_without_a_permission_is_for_everybody() {
        interceptor.intercept(needing(""), none -> passed.incrementAndGet());

        assertThat(passed).hasValue(1);
    }

    @Test
    void a_caller_without_the_permission_is_refused_audited_and_counted() {
        Invocation invocation = needing("billing:write");
        invocation.caller(reader());

        ProblemException problem = refused(invocation);

        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.members()).containsEntry("requiredPermission", "billing:write");
        assertThat(problem.headers()).doesNotContainKey("WWW-Authenticate");
        assertThat(audit.events())
                .containsExactly(new AuditEvent(
                        "auth.deny",
                        Actor.of(reader().principal(), "k1", "10.1.2.3", ""),
                        "permission:billing:write",
                        AuditEvent.Outcome.REFUSED,
                        Map.of()));
        assertThat(meters.counted("busbar.authorization.denied", Map.of("permission", "billing:write")))
                .isOne();
    }

    @Test
    void a_token_that_is_not_sufficient_is_told_which_scope_it_lacks() {
        Invocation invocation = needing("billing:write", FakeExchange.get("/").with("Authorization", "bearer abc"));
        invocation.caller(reader());
        Invocation byKey = needing("billing:write", FakeExchange.get("/").with("Authorization", "ApiKey abc"));
        byKey.caller(reader());

        assertThat(refused(invocation).headers())
                .containsEntry(
                        "WWW-Authenticate",
                        "Bearer realm=\"busbar\", error=\"insufficient_scope\", scope=\"billing:write\"");
        assertThat(refused(byKey).headers()).doesNotContainKey("WWW-Authenticate");
    }

    @Test
    void a_client_without_a_credential_is_asked_for_one_and_its_refusal_is_not_shared() {
        FakeExchange exchange = FakeExchange.get("/");
        Invocation invocation = needing("billing:read", exchange);

        ProblemException problem = refused(invocation);

        assertThat(problem.status()).isEqualTo(401);
        assertThat(problem.headers()).containsEntry("WWW-Authenticate", AuthorizationInterceptor.CHALLENGE);
        invocation.reply().fail(problem);
        assertThat(exchange.answerHeaders().get("vary")).containsIgnoringCase("authorization");
        assertThat(audit.events()).isEmpty();
    }

    @Test
    void a_platform_without_the_grant_is_refused_and_audited_as_unknown() {
        Invocation invocation = Invocation.nested(FakeExchange.get("/").from("10.1.2.3"), 0, "c1", List.of("shop"));
        invocation.endpoint(new Needing(Optional.of("billing:read")), List.of());

        assertThat(refused(invocation).status()).isEqualTo(403);
        assertThat(audit.events()).extracting(AuditEvent::actor).containsExactly(Actor.unknown("10.1.2.3", "c1"));
    }

    @Test
    void a_permission_has_parts_of_1_to_64_letters_digits_and_dashes_after_a_letter() {
        String longest = "z" + "9".repeat(61) + "-0";

        assertThat(PermissionSet.of(Set.of(longest + ":az")).permits(longest + ":az"))
                .isTrue();
        for (String bad : List.of(
                longest + "x:read", ":read", "billing:", "9a:read", "-a:read", "a:*b", "a/b:read", "a:b{", "a:b_c")) {
            assertThatThrownBy(() -> PermissionSet.of(Set.of(bad)))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad);
        }
    }

    @Test
    void different_sets_are_not_equal() {
        assertThat(PermissionSet.of(Set.of("billing:read"))).isNotEqualTo(PermissionSet.of(Set.of("billing:write")));
    }
}
