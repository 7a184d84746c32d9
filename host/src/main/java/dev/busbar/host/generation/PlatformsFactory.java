package dev.busbar.host.generation;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Platforms;
import java.util.List;

/** Makes the calls of one generation to other platforms; implemented by {@code Host}. Called on its lane. */
@FunctionalInterface
public interface PlatformsFactory {
    /**
     * Makes the calls of one generation.
     *
     * @param asked the permissions that its manifest asks for
     * @param json its binding
     */
    Platforms create(String platform, List<String> asked, JsonCodec json);
}
