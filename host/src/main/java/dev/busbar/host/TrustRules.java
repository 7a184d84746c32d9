package dev.busbar.host;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.host.trust.TrustSettings.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code trust}: whose plugins run, and which of them may show something to everybody.
 *
 * @param signatures what is done about a jar that nobody trusted vouches for
 * @param signers a folder with a file a signer, or one such file
 * @param publicRoutes the plugins that may declare public routes
 */
record TrustRules(Policy signatures, Optional<Path> signers, List<String> publicRoutes) {
    private static final String SECTION = "trust";

    /** Checks the patterns, so that what is wrong is reported with the key. */
    TrustRules {
        TrustSettings unused = new TrustSettings(signatures, Path.of(""), Path.of(""), publicRoutes);
    }

    /** Reads the section; what is wrong in the files that it names is told when binding is finished. */
    static TrustSettings bind(Configuration configuration, Path data) {
        TrustRules rules = configuration.bind(
                SECTION, new TrustRules(usual(configuration.environment()), Optional.empty(), List.of()));
        TrustSettings settings = new TrustSettings(
                rules.signatures(),
                rules.signers().orElse(data.resolve("trust")),
                configuration.home().resolve("platforms").resolve("SHA256SUMS"),
                rules.publicRoutes());
        rules.signers()
                .filter(place -> !Files.exists(place))
                .ifPresent(place -> configuration.refuse(place.toString(), SECTION + ".signers", "a folder or a file"));
        Trust.faults(settings).forEach((file, expected) -> configuration.refuse(file.toString(), "", expected));
        return settings;
    }

    /** Staging says what production would refuse. */
    private static Policy usual(String environment) {
        return switch (environment) {
            case "production" -> Policy.REQUIRE;
            case "staging" -> Policy.WARN;
            default -> Policy.OFF;
        };
    }
}
