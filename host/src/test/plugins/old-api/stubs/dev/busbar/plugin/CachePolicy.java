package dev.busbar.plugin;

import java.time.Duration;

/** With the old names. */
public final class CachePolicy {
    public static CachePolicy of(Duration fresh) {
        return new CachePolicy();
    }

    public CachePolicy sameForAll() {
        return this;
    }
}
