package dev.busbar.host.pipeline;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or one address (RFC 4632, RFC 4291). Names
 * are never looked up, and an IPv4 address mapped into IPv6 is the IPv4 address. Immutable.
 */
public final class AddressRange {
    /** Four octets in decimal without leading zeros, which some parsers read as octal. */
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern BITS = Pattern.compile("0|[1-9]\\d{0,2}");

    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /**
     * Parses a range of the configuration or of a key.
     *
     * @throws IllegalArgumentException when it is invalid, or has bits set after its prefix
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        byte[] network = address(slash < 0 ? text : text.substring(0, slash))
                .map(InetAddress::getAddress)
                .orElseThrow(() -> malformed(text));
        if (slash >= 0 && !BITS.matcher(prefix).matches()) {
            throw malformed(text);
        }
        int bits = slash < 0 ? network.length * 8 : Integer.parseInt(prefix);
        if (bits > network.length * 8 || !Arrays.equals(network, cut(network, bits))) {
            throw malformed(text);
        }
        return new AddressRange(network, bits);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("address range: \"" + text
                + "\" (expected: an IP address, or a network such as 10.0.0.0/8 with no bit set behind its prefix)");
    }

    /** Parses a literal address; empty for a name or any other text. */
    public static Optional<InetAddress> address(String text) {
        Pattern form = hasColon(text) ? IPV6 : IPV4;
        if (text.length() > 45 || !form.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty(); // colons in the wrong places
        }
    }

    /** The network that an address belongs to for budgets: itself, or the first 64 bits of an IPv6 one. */
    public static String network(String address) {
        if (!hasColon(address)) {
            return address; // called at each failure that a budget counts
        }
        return address(address)
                .filter(found -> found.getAddress().length == 16)
                .map(found -> text(cut(found.getAddress(), 64)) + "/64")
                .orElse(address);
    }

    private static boolean hasColon(String text) {
        return text.indexOf(':') >= 0;
    }

    private static String text(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }

    /** Returns whether a text is an address in this range. */
    public boolean contains(String address) {
        return address(address)
                .map(InetAddress::getAddress)
                .filter(found -> found.length == network.length && Arrays.equals(network, cut(found, bits)))
                .isPresent();
    }

    /** Returns whether another range lies completely in this one. */
    public boolean covers(AddressRange other) {
        return other.network.length == network.length
                && other.bits >= bits
                && Arrays.equals(network, cut(other.network, bits));
    }

    private static byte[] cut(byte[] address, int bits) {
        byte[] cut = address.clone();
        for (int i = 0; i < cut.length; i++) {
            int networkBits = Math.max(0, Math.min(8, bits - 8 * i));
            cut[i] &= (byte) (0xff << (8 - networkBits));
        }
        return cut;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && bits == range.bits && Arrays.equals(network, range.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    @Override
    public String toString() {
        String address = network.length == 4
                ? (network[0] & 0xff) + "." + (network[1] & 0xff) + "." + (network[2] & 0xff) + "."
                        + (network[3] & 0xff)
                : text(network);
        return bits == network.length * 8 ? address : address + "/" + bits;
    }
}
