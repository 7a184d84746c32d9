package dev.busbar.host.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.pipeline.AddressRange;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.testing.FakeExchange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client address behind proxies. */
final class ClientAddressTest {
    private static final List<AddressRange> PROXIES =
            List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("2001:db8:1::/48"));

    private static String client(Forwarding forwarding, FakeExchange exchange) {
        Invocation invocation = new Invocation(exchange, 0);
        new ClientAddressInterceptor(PROXIES, forwarding).intercept(invocation, passed -> {});
        return invocation.clientAddress();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1|203.0.113.7|203.0.113.7",
                "10.0.0.1|198.51.100.1, 203.0.113.7|203.0.113.7",
                "10.0.0.1|198.51.100.1, 203.0.113.7, 10.2.2.2|203.0.113.7",
                "10.0.0.1|10.3.3.3, 10.2.2.2|10.3.3.3",
                "10.0.0.1|203.0.113.7:4711|203.0.113.7",
                "10.0.0.1|[2001:db8::7]:4711|2001:db8:0:0:0:0:0:7",
                "10.0.0.1|2001:db8::7|2001:db8:0:0:0:0:0:7",
                "10.0.0.1|::ffff:203.0.113.7|203.0.113.7",
                "10.0.0.1|203.0.113.7, unknown|10.0.0.1",
                "10.0.0.1|203.0.113.7, unknown, 10.2.2.2|10.2.2.2",
                "10.0.0.1|203.0.113.7,|10.0.0.1",
                "10.0.0.1|127.1|10.0.0.1",
                "10.0.0.1|0x7f.0.0.1|10.0.0.1",
                "10.0.0.1|localhost|10.0.0.1",
                "2001:db8:1::5|203.0.113.7|203.0.113.7",
                "192.0.2.1|203.0.113.7|192.0.2.1",
                "192.0.2.1|10.0.0.1|192.0.2.1",
            })
    void hops_are_walked_from_the_right_while_they_are_trusted(String peer, String field, String client) {
        FakeExchange exchange = FakeExchange.get("/").from(peer).with("X-Forwarded-For", field);

        assertThat(client(Forwarding.X_FORWARDED_FOR, exchange)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=203.0.113.7|203.0.113.7",
                "For=203.0.113.7;proto=https;by=10.0.0.9|203.0.113.7",
                "for=198.51.100.1, for=203.0.113.7|203.0.113.7",
                "for=\"[2001:db8::7]:4711\"|2001:db8:0:0:0:0:0:7",
                "for=\"203.0.113.7:80\", for=10.2.2.2|203.0.113.7",
                "for=\", for=203.0.113.7|203.0.113.7",
                "for=\"a, for=198.51.100.1\", for=203.0.113.7|203.0.113.7",
                "for=unknown|10.0.0.1",
                "for=_hidden, for=10.2.2.2|10.2.2.2",
                "proto=https|10.0.0.1",
                "for=203.0.113.7;for=203.0.113.8|10.0.0.1",
                "203.0.113.7|10.0.0.1",
            })
    void the_standard_header_is_parsed_the_same_way(String field, String client) {
        FakeExchange exchange = FakeExchange.get("/").from("10.0.0.1").with("Forwarded", field);

        assertThat(client(Forwarding.FORWARDED, exchange)).isEqualTo(client);
    }

    @Test
    void lines_of_one_header_form_one_list() {
        FakeExchange exchange = FakeExchange.get("/")
                .from("10.0.0.1")
                .with("X-Forwarded-For", "198.51.100.1")
                .with("X-Forwarded-For", "203.0.113.7");

        assertThat(client(Forwarding.X_FORWARDED_FOR, exchange)).isEqualTo("203.0.113.7");
    }

    @Test
    void only_the_configured_header_is_used() {
        FakeExchange exchange = FakeExchange.get("/")
                .from("10.0.0.1")
                .with("X-Forwarded-For", "203.0.113.7")
                .with("Forwarded", "for=198.51.100.1")
                .with("X-Real-IP", "198.51.100.2");

        assertThat(client(Forwarding.X_FORWARDED_FOR, exchange)).isEqualTo("203.0.113.7");
        assertThat(client(Forwarding.FORWARDED, exchange)).isEqualTo("198.51.100.1");
    }

    @Test
    void without_trusted_proxies_the_peer_is_the_client() {
        Invocation invocation =
                new Invocation(FakeExchange.get("/").from("127.0.0.1").with("X-Forwarded-For", "203.0.113.7"), 0);
        new ClientAddressInterceptor(List.of(), Forwarding.X_FORWARDED_FOR).intercept(invocation, passed -> {});

        assertThat(invocation.clientAddress()).isEqualTo("127.0.0.1");
    }
}
