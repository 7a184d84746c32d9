package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;

/** Cannot start, and cannot say why. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) {
        throw new Unspeakable();
    }
}
