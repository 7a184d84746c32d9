package dev.busbar.host.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.1.128/25, 192.168.1.200, true",
        "192.168.1.128/25, 192.168.1.1, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, ::ffff:127.0.0.1, true",
        "2001:db8::/32, 2001:db8:1::5, true",
        "2001:db8::/32, 2001:db9::, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "127.0.0.1, localhost, false",
        "0.0.0.0/0, 010.0.0.1, false",
    })
    void an_address_lies_in_a_range_or_not(String range, String address, boolean inside) {
        assertThat(AddressRange.parse(range).contains(address)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0/8",
                "10.0.0.0.0",
                "256.1.1.1",
                "localhost",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "::/129",
                "2001:db8::1/32",
                ":",
                "1:2",
                "fe80::1%eth0",
                "10.0.0.0/8 "
            })
    void what_is_no_range_is_refused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.168.1.1", "0.0.0.0/0"})
    void a_range_is_written_as_it_is_read(String text) {
        assertThat(AddressRange.parse(text)).hasToString(text).isEqualTo(AddressRange.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.0.0.0/8, 10.0.0.0/8, true",
        "10.0.0.0/8, 10.0.0.0/7, false",
        "10.0.0.0/8, 11.0.0.1, false",
        "0.0.0.0/0, ::/0, false",
        "10.0.0.1, 10.0.0.1, true",
    })
    void a_range_covers_another_or_not(String range, String other, boolean covered) {
        assertThat(AddressRange.parse(range).covers(AddressRange.parse(other))).isEqualTo(covered);
    }

    @Test
    void addresses_of_one_ipv6_network_share_a_budget() {
        assertThat(AddressRange.network("2001:db8::1")).isEqualTo(AddressRange.network("2001:db8:0:0:ffff::2"));
        assertThat(AddressRange.network("2001:db8::1")).isNotEqualTo(AddressRange.network("2001:db8:0:1::1"));
        assertThat(AddressRange.network("10.1.2.3")).isEqualTo("10.1.2.3");
    }
}
