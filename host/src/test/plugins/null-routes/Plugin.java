package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import java.util.List;

/** Declares no list of routes, not even an empty one. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return null;
    }
}
