package dev.busbar.host.settings;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.host.trust.TrustSettings.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code trust}: which plugins may run, and which of them may have public routes.
 *
 * @param signatures the policy for jars without a signature of a trusted signer
 * @param signers a directory with a file per signer, or one such file
 * @param publicRoutes the plugins that may declare public routes
 * @param folderConsent whether {@code .allow} files in the drop folder count; unless signatures are required, by default
 */
record TrustRules(
        Policy signatures, Optional<Path> signers, List<String> publicRoutes, Optional<Boolean> folderConsent) {
    private static final String SECTION = "trust";

    /** Checks the patterns, so that an invalid one is reported with its key. */
    TrustRules {
        TrustSettings unused = new TrustSettings(signatures, Path.of(""), Path.of(""), Path.of(""), publicRoutes);
    }

    /** Binds the section; errors in the files that it names are reported when binding is finished. */
    static TrustSettings bind(Configuration configuration, Path data) {
        TrustRules rules = configuration.bind(
                SECTION,
                new TrustRules(
                        defaultPolicy(configuration.environment()), Optional.empty(), List.of(), Optional.empty()));
        TrustSettings settings = new TrustSettings(
                rules.signatures(),
                rules.signers().orElse(data.resolve("trust")),
                configuration.home().resolve("platforms").resolve("SHA256SUMS"),
                data.resolve("bundled.sha256"),
                rules.publicRoutes(),
                rules.folderConsent().orElse(rules.signatures() != Policy.REQUIRE));
        rules.signers()
                .filter(place -> !Files.exists(place))
                .ifPresent(place -> configuration.refuse(place.toString(), SECTION + ".signers", "a folder or a file"));
        Trust.faults(settings).forEach((file, expected) -> configuration.refuse(file.toString(), "", expected));
        return settings;
    }

    /** The default; staging warns about what production would refuse. */
    private static Policy defaultPolicy(String environment) {
        return switch (environment) {
            case "production" -> Policy.REQUIRE;
            case "staging" -> Policy.WARN;
            default -> Policy.OFF;
        };
    }
}
