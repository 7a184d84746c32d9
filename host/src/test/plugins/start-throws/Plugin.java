package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import java.io.IOException;

/** Cannot start. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws IOException {
        throw new IOException("no disk");
    }
}
