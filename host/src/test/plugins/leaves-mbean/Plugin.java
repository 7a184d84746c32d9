package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Leaves an MBean. */
public final class Plugin implements Platform {
    /** What is managed. */
    public interface LeftMBean {
        int getCount();
    }

    /** Manages nothing. */
    public static final class Left implements LeftMBean {
        @Override
        public int getCount() {
            return 0;
        }
    }

    @Override
    public void start(PlatformContext context) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("badplugin:type=Left");
        server.registerMBean(new Left(), name);
        undo(() -> {
            try {
                server.unregisterMBean(name);
            } catch (JMException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text("2.0.0")).access(Access.PUBLIC));
    }

    /** So that the test can clean up after it. */
    private static void undo(Runnable undoing) {
        System.getProperties().put("busbar.test.undo", undoing);
    }
}
