package dev.busbar.host.issuers;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.TrustedIssuer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Trusted issuer as it is configured, in section {@code issuers.<name>}. Does not check whether it
 * would work, because all that is wrong with all issuers is reported together ({@link IssuerCheck}). Immutable.
 *
 * @param issuer the exact value of the claim {@code iss}
 * @param audience the audience that its tokens must have
 * @param jwks the place of its public keys: an {@code https} URL, or {@code file:} and a path
 * @param typ the accepted values of the header {@code typ}
 * @param algorithms the accepted signature algorithms
 * @param rolesPath the names of the members that lead to the roles
 * @param roles the mapping of its roles to roles of this host, each {@code theirs=ours}
 * @param kindClaim the claim that says {@code human} in a token of a person; none: it issues for programs alone
 * @param allowPrivate permits fetching its keys from loopback and private networks
 * @param refresh the interval of fetches of its keys
 * @param maxAge the age up to which keys are trusted while they cannot be fetched
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
    /** The defaults; issuer, audience and jwks have none. */
    public static final IssuerSettings DEFAULTS = new IssuerSettings(
            "",
            "",
            "",
            List.of(TrustedIssuer.Rules.ACCESS_TOKEN),
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

    /** True when its keys are in a file. */
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
