package dev.busbar.host.settings;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Listen addresses, resolved on this machine. Stateless. */
final class LocalAddresses {
    private LocalAddresses() {}

    /** Returns whether an address is reachable from this machine only; false for an invalid address. */
    static boolean isLoopback(String bind) {
        try {
            return InetAddress.getByName(bind).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Returns whether a text is an address, or a name that resolves to one. */
    static boolean isKnown(String bind) {
        try {
            return !bind.isBlank() && InetAddress.getByName(bind) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * The addresses under which a listener is reachable: the address as written, or all of this machine for a wildcard.
     */
    static List<String> of(String bind) {
        try {
            if (!InetAddress.getByName(bind).isAnyLocalAddress()) {
                return List.of(bind);
            }
            List<String> all = new ArrayList<>();
            for (NetworkInterface card : NetworkInterface.networkInterfaces().collect(Collectors.toList())) {
                card.inetAddresses().map(LocalAddresses::plain).forEach(all::add);
            }
            return all;
        } catch (UnknownHostException | SocketException e) {
            return List.of();
        }
    }

    /** The address without the zone, which no client sends in a {@code Host} header. */
    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
