package dev.busbar.host;

import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.routing.RouteTable;

/** Shows tests outside this package what a host keeps to itself. */
public final class HostInsight {
    private HostInsight() {}

    /** The plugins of a host. */
    public static Plugins plugins(Host host) {
        return host.plugins();
    }

    /** What a host serves now. */
    public static RouteTable table(Host host) {
        return host.routes().table();
    }
}
