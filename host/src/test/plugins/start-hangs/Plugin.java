package badplugin;

import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import java.util.concurrent.CountDownLatch;

/** Waits for what never comes. */
public final class Plugin implements Platform {
    @Override
    public void start(PlatformContext context) throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
