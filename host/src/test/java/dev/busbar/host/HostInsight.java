package dev.busbar.host;

import dev.busbar.host.jobs.JobQueue;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.routing.RouteTable;
import java.util.function.Consumer;

/** Shows tests outside this package what a host keeps to itself. */
public final class HostInsight {
    private HostInsight() {}

    /** The plugins of a host. */
    public static Plugins plugins(Host host) {
        return host.plugins();
    }

    /** The queue of jobs of a host. */
    public static JobQueue jobs(Host host) {
        return host.jobs();
    }

    /** What a host serves now. */
    public static RouteTable table(Host host) {
        return host.routes().table();
    }

    /** Adds a listener of every new route table of a host, called on the thread that publishes. */
    public static void onPublish(Host host, Consumer<RouteTable> listener) {
        host.routes().onPublish(listener);
    }

    /** The version of a plugin in stored desired state; empty where there is none. */
    public static String storedVersion(Host host, String id) {
        return host.database().jdbi().withHandle(handle -> handle.createQuery(
                        "select version from plugin_desired where plugin_id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findOne()
                .orElse(""));
    }

    /** How many files of its drop folder a host remembers: a deleted one for as long as it may only be replaced. */
    public static int rememberedFiles(Host host) {
        return host.database().jdbi().withHandle(handle -> handle.createQuery(
                        "select count(*) from folder_file where source = 'FOLDER'")
                .mapTo(Integer.class)
                .one());
    }
}
