package badplugin;

import dev.busbar.plugin.Platform;

/** Cannot be made. */
public final class Plugin implements Platform {
    public Plugin() {
        throw new IllegalStateException("no luck");
    }
}
