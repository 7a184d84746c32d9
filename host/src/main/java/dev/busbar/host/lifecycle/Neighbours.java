package dev.busbar.host.lifecycle;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Platforms;
import java.util.List;

/** Lends platforms the means to call each other; implemented by {@code Host}. Called on the lane of a generation. */
@FunctionalInterface
public interface Neighbours {
    /**
     * What one generation calls others with.
     *
     * @param asked the permissions that its manifest asks for
     * @param json its binding
     */
    Platforms lend(String platform, List<String> asked, JsonCodec json);
}
