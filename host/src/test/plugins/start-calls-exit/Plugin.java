package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;

/** Ends the process as a command would. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) {
        System.exit(1);
    }
}
