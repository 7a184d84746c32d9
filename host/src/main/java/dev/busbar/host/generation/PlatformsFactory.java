package dev.busbar.host.generation;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Platforms;
import java.util.List;

/** Creates the calls of one generation to other platforms; implemented by {@code Host}. Called on its lane. */
@FunctionalInterface
public interface PlatformsFactory {
    /**
     * Creates the calls of one generation.
     *
     * @param asked the permissions that its manifest requests
     * @param json its binding
     */
    Platforms create(String platform, List<String> asked, JsonCodec json);
}
