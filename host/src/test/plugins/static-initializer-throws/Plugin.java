package badplugin;

import dev.busbar.plugin.Platform;

/** Needs a class that cannot be initialized. */
public final class Plugin implements Platform {
    private final int most = Limits.MOST;

    @Override
    public String toString() {
        return "at most " + most;
    }
}
