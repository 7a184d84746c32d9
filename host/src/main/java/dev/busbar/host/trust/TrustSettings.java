package dev.busbar.host.trust;

import java.nio.file.Path;
import java.util.List;

/**
 * Whom an operator trusts.
 *
 * @param signatures what is done about a jar that nobody trusted vouches for
 * @param signers the folder with one file a signer, or one such file
 * @param bundled the list of digests that came with the host
 * @param publicRoutes the plugins that may declare public routes, by their id; a star stands for any letters
 */
public record TrustSettings(Policy signatures, Path signers, Path bundled, List<String> publicRoutes) {
    /** What is done about a jar that nobody trusted vouches for. */
    public enum Policy {
        /** Nothing; signatures are kept for a stricter day. */
        OFF,
        /** It is loaded, and a note says so. */
        WARN,
        /** It is not loaded. */
        REQUIRE
    }

    /** Copies the list, and checks it. */
    public TrustSettings {
        publicRoutes = List.copyOf(publicRoutes);
        publicRoutes.forEach(IdPattern::of);
    }
}
