package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;

/** Ends the process by a way around the guard, as a crash in native code would. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws Exception {
        Runtime.class.getMethod("halt", int.class).invoke(Runtime.getRuntime(), 9);
    }
}
