package dev.busbar.host.generation;

import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.Platforms;

/** Calls to other platforms, until the generation has retired. Thread-safe. */
record LentPlatforms(Ledger ledger, Platforms calls) implements Platforms {
    @Override
    public PlatformResponse call(String platform, PlatformCall call) throws InterruptedException {
        ledger.requireValid();
        return calls.call(platform, call);
    }

    @Override
    public PlatformResponse callAsSelf(String platform, PlatformCall call) throws InterruptedException {
        ledger.requireValid();
        return calls.callAsSelf(platform, call);
    }
}
