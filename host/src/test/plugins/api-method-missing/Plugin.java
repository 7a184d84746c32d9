package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;

/** Compiled against an API that has {@code region()}. */
public final class Plugin implements Platform {
    private String region = "";

    @Override
    public void start(PlatformContext context) {
        region = context.region();
    }

    @Override
    public String toString() {
        return region;
    }
}
