package dev.busbar.host.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Guard against server-side request forgery: the addresses that the host may connect to on behalf of configuration or of
 * a client, so that a name does not become a way into the network around the host. Checks addresses, never names.
 * Immutable.
 */
public final class AddressGuard {
    /** This network, link-local with the metadata services of clouds, multicast, reserved, local NAT64, Teredo. */
    private static final List<Block> NEVER = blocks(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/3",
            "::/128",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::254/128",
            "64:ff9b:1::/48",
            "2001::/32");

    private static final List<Block> PRIVATE = blocks(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "::1/128",
            "fc00::/7",
            "fec0::/10");

    private static final Block COMPATIBLE = Block.parse("::/96");
    private static final Block MAPPED = Block.parse("64:ff9b::/96");
    private static final Block SIX_TO_FOUR = Block.parse("2002::/16");

    private final boolean allowPrivate;
    private final boolean loopbackOnly;

    /** A network, such as 10.0.0.0/8. */
    private record Block(byte[] network, int bits) {
        static Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                byte[] network = InetAddress.getByName(text.substring(0, slash)).getAddress();
                return new Block(network, Integer.parseInt(text.substring(slash + 1)));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(text + " is an address", e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((address[bit / 8] ^ network[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * A guard.
     *
     * @param allowPrivate permits loopback and private networks too
     * @param loopbackOnly permits nothing but loopback
     */
    public AddressGuard(boolean allowPrivate, boolean loopbackOnly) {
        this.allowPrivate = allowPrivate;
        this.loopbackOnly = loopbackOnly;
    }

    private static List<Block> blocks(String... texts) {
        return Stream.of(texts).map(Block::parse).toList();
    }

    /** The addresses of a name when every one of them is permitted; none when any is not. */
    public List<InetAddress> check(InetAddress[] found) {
        return Arrays.stream(found).allMatch(this::permits) ? List.of(found) : List.of();
    }

    private boolean permits(InetAddress address) {
        if (loopbackOnly) {
            return address.isLoopbackAddress();
        }
        byte[] octets = plain(address.getAddress());
        return !isIn(NEVER, octets) && (allowPrivate || !isIn(PRIVATE, octets));
    }

    /** The IPv4 address inside an IPv6 one that embeds one; any other unchanged. Java reads mapped addresses as IPv4. */
    private static byte[] plain(byte[] octets) {
        boolean small = octets.length == 16 && octets[12] == 0 && octets[13] == 0;
        if (MAPPED.contains(octets) || (COMPATIBLE.contains(octets) && !small)) {
            return Arrays.copyOfRange(octets, 12, 16);
        }
        return SIX_TO_FOUR.contains(octets) ? Arrays.copyOfRange(octets, 2, 6) : octets;
    }

    private static boolean isIn(List<Block> blocks, byte[] octets) {
        return blocks.stream().anyMatch(block -> block.contains(octets));
    }
}
