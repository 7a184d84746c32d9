package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of a request that reach a handler. */
class SeenFieldsTest {
    private static final Route PLAIN =
            Route.get("/", request -> Response.text("x")).access(Access.READ);

    private static Route declaring(String header) {
        return PLAIN.parameter(Parameter.header(header, Codec.STRING).optional());
    }

    /** Names by which proxies tell the back end who the user is; any client can write them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Remote-User",
                "X-Remote-User",
                "X-Remote-Groups",
                "X-Auth-Request-User",
                "X-Auth-Request-Email",
                "X-SSL-Client-S-DN",
                "SSL-Client-Verify",
                "X-Client-Cert",
                "X-MS-CLIENT-PRINCIPAL",
                "X-MS-CLIENT-PRINCIPAL-NAME",
                "X-Goog-Authenticated-User-Email",
                "X-Goog-IAP-JWT-Assertion",
                "X-Amzn-Oidc-Identity",
                "X-Amzn-Oidc-Data",
                "Cf-Access-Jwt-Assertion",
                "Cf-Access-Authenticated-User-Email",
                "Tailscale-User-Login",
                "X-Forwarded",
                "X-Access-Token",
                "X-Auth-Token",
                "X-Token",
                "X-Tenant",
                "From",
                "X-Anything"
            })
    void a_header_that_is_not_standard_is_seen_only_where_it_is_declared(String header) {
        assertThat(SeenFields.isSeen(PLAIN, header)).isFalse();
        assertThat(SeenFields.isSeen(PLAIN, header.replace('-', '_'))).isFalse();
        assertThat(SeenFields.isSeen(declaring("X-Other"), header)).isFalse();
        assertThat(SeenFields.isSeen(declaring(header), header.toLowerCase(java.util.Locale.ROOT)))
                .isTrue();
    }

    @Test
    void a_header_that_is_absent_only_for_want_of_a_declaration_is_told_apart() {
        assertThat(SeenFields.isUndeclared(PLAIN, "X-Unit")).isTrue();
        assertThat(SeenFields.isUndeclared(declaring("X-Unit"), "X-Unit")).isFalse();
        assertThat(SeenFields.isUndeclared(PLAIN, "Accept")).isFalse();
        assertThat(SeenFields.isUndeclared(PLAIN, "Authorization")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Accept", "ACCEPT-LANGUAGE", "User-Agent", "If-Match", "traceparent"})
    void a_standard_header_is_seen_by_every_handler(String header) {
        assertThat(SeenFields.isSeen(PLAIN, header)).isTrue();
    }

    @Test
    void credentials_and_the_headers_of_proxies_are_seen_by_none() {
        for (String header : new String[] {"Authorization", "Cookie", "X-API-Key", "X-Forwarded-For", "X-Real-IP"}) {
            assertThat(SeenFields.isHidden(header)).isTrue();
            assertThat(SeenFields.isSeen(PLAIN, header)).isFalse();
        }
    }
}
