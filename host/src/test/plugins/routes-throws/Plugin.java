package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import java.util.List;

/** Cannot say what it serves. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        throw new IllegalStateException("none yet");
    }
}
