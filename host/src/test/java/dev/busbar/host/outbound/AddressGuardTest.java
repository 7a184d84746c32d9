package dev.busbar.host.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private static boolean permits(AddressGuard guard, String... addresses) throws UnknownHostException {
        InetAddress[] found = new InetAddress[addresses.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
        }
        return !guard.check(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "198.18.0.1",
                "::1",
                "fc00::1",
                "fdff::1",
                "fec0::1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::10.0.0.1",
                "2002:0a00:0001::1",
                "::10.0.0.1"
            })
    void private_addresses_are_for_who_allows_them(String address) throws Exception {
        assertThat(permits(new AddressGuard(false, false), address)).isFalse();
        assertThat(permits(new AddressGuard(true, false), address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "fd00:ec2::254",
                "fe80::1",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "ff02::1",
                "2001:0:1::1"
            })
    void some_addresses_are_for_nobody(String address) throws Exception {
        assertThat(permits(new AddressGuard(false, false), address)).isFalse();
        assertThat(permits(new AddressGuard(true, false), address)).isFalse();
        assertThat(permits(new AddressGuard(true, true), address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "64:ff9b::8.8.8.8"})
    void public_addresses_will_do(String address) throws Exception {
        assertThat(permits(new AddressGuard(false, false), address)).isTrue();
        assertThat(permits(new AddressGuard(false, true), address)).isFalse();
    }

    @Test
    void one_bad_address_among_those_of_a_name_is_enough() throws Exception {
        assertThat(permits(new AddressGuard(false, false), "8.8.8.8", "10.0.0.1"))
                .isFalse();
        assertThat(permits(new AddressGuard(false, true), "127.0.0.1", "::1")).isTrue();
    }
}
