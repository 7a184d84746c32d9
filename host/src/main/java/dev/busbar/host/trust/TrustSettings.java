package dev.busbar.host.trust;

import java.nio.file.Path;
import java.util.List;

/**
 * Settings of trust in plugins. Immutable.
 *
 * @param signatures the policy for a jar without a trusted signature
 * @param signers the folder with one file per signer, or a single such file
 * @param bundled the list of digests of bundled jars
 * @param remembered the file in which the digests of earlier distributions are remembered
 * @param publicRoutes the ids of plugins whose public routes are approved; a star matches any characters
 * @param folderConsent whether {@code .allow} files in the drop folder count
 */
public record TrustSettings(
        Policy signatures,
        Path signers,
        Path bundled,
        Path remembered,
        List<String> publicRoutes,
        boolean folderConsent) {
    /** The policy for a jar without a trusted signature. */
    public enum Policy {
        /** It is loaded; its signature is stored for later. */
        OFF,
        /** It is loaded, with a note in its receipt. */
        WARN,
        /** It is not loaded. */
        REQUIRE
    }

    /** Settings by which the drop folder may consent unless its jars have to be signed. */
    public TrustSettings(Policy signatures, Path signers, Path bundled, Path remembered, List<String> publicRoutes) {
        this(signatures, signers, bundled, remembered, publicRoutes, signatures != Policy.REQUIRE);
    }

    /** Copies and validates the list. */
    public TrustSettings {
        publicRoutes = List.copyOf(publicRoutes);
        publicRoutes.forEach(IdPattern::of);
    }
}
