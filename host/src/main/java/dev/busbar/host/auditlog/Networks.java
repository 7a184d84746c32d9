package dev.busbar.host.auditlog;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** The network of an address by which events are counted: a /24 of IPv4, a /64 of IPv6. Asks no name server. Stateless. */
final class Networks {
    private static final Pattern V4 = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})\\.\\d{1,3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");

    private Networks() {}

    /** The network of an address; a text that is no address is its own network. */
    static String of(String address) {
        var v4 = V4.matcher(address);
        if (v4.matches()) {
            return v4.group(1) + ".0/24";
        }
        String plain = address.split("%", 2)[0];
        if (plain.indexOf(':') < 0 || !V6.matcher(plain).matches()) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(plain).getAddress();
            return bytes.length == 4 ? of(InetAddress.getByAddress(bytes).getHostAddress()) : v6(bytes);
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static String v6(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i += 2) {
            text.append(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)))
                    .append(':');
        }
        return text.append(":/64").toString();
    }
}
