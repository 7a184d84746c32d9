package dev.busbar.host;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What an address to listen on means on this machine. Stateless. */
final class LocalAddresses {
    private LocalAddresses() {}

    /** Whether only this machine reaches it; not so for what is no address. */
    static boolean isLoopback(String bind) {
        try {
            return InetAddress.getByName(bind).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether it is an address, or a name of one. */
    static boolean isKnown(String bind) {
        try {
            return !bind.isBlank() && InetAddress.getByName(bind) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Under what it is reached: as written, or by each address of this machine where it stands for all. */
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

    /** Without the name of the interface, which nobody sends. */
    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
