package dev.busbar.host.tokens;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Somebody else whose tokens are taken, as it is configured: section {@code issuers.<name>}. Says nothing of whether it
 * would work, because all that is wrong with all issuers is reported together ({@link IssuerCheck}). Immutable.
 *
 * @param issuer the exact value of the claim {@code iss}
 * @param audience whom its tokens have to be for
 * @param jwks where its public keys are: an {@code https} URL, or {@code file:} and a path
 * @param typ which header {@code typ} is taken
 * @param algorithms which signatures are taken
 * @param rolesPath the names of the members that lead to the roles
 * @param roles what its roles mean here, each {@code theirs=ours}
 * @param kindClaim the claim that says {@code human} in a token of a person; none: it issues for programs alone
 * @param allowPrivate whether its keys may be fetched from loopback and private networks
 * @param refresh how often its keys are fetched
 * @param maxAge how long they are trusted when they cannot be fetched
 */
public record IssuerSettings(
        String issuer,
        String audience,
        String jwks,
        List<String> typ,
        List<String> algorithms,
        List<String> rolesPath,
        List<String> roles,
        Optional<String> kindClaim,
        boolean allowPrivate,
        Duration refresh,
        Duration maxAge) {
    /** What holds where nothing is set; issuer, audience and jwks have to be. */
    public static final IssuerSettings DEFAULTS = new IssuerSettings(
            "",
            "",
            "",
            List.of(ClaimRules.ACCESS_TOKEN),
            List.of(Algorithm.RS256.name()),
            List.of("roles"),
            List.of(),
            Optional.empty(),
            false,
            Duration.ofMinutes(10),
            Duration.ofHours(12));

    static final String FILE = "file:";

    /** Copies the lists. */
    public IssuerSettings {
        typ = List.copyOf(typ);
        algorithms = List.copyOf(algorithms);
        rolesPath = List.copyOf(rolesPath);
        roles = List.copyOf(roles);
    }

    /** Whether its keys are in a file. */
    boolean isFile() {
        return jwks.startsWith(FILE);
    }

    /** The path behind {@code file:}, with or without the slashes of a URL. */
    String path() {
        String path = jwks.substring(FILE.length());
        return path.startsWith("///") ? path.substring(2) : path;
    }

    /** The roles of the host that a role of the issuer stands for, by that role. */
    Map<String, Set<String>> mapping() {
        Map<String, Set<String>> mapping = new TreeMap<>();
        for (String pair : roles) {
            int sign = pair.lastIndexOf('=');
            mapping.computeIfAbsent(pair.substring(0, sign), theirs -> new LinkedHashSet<>())
                    .add(pair.substring(sign + 1));
        }
        return mapping;
    }
}
