package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.security.Provider;
import java.security.Security;
import java.util.List;

/** Leaves a security provider, as cryptography libraries do. */
public final class Plugin implements Platform {
    /** Provides nothing. */
    private static final class LeftBehind extends Provider {
        LeftBehind() {
            super("LeftBehind", "1.0", "nothing");
        }
    }

    @Override
    public void start(PlatformContext context) throws Exception {
        Security.addProvider(new LeftBehind());
        undo(() -> Security.removeProvider("LeftBehind"));
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
