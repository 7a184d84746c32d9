package dev.busbar.host.issuers;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.KeySet;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.outbound.AddressGuard;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** The configured issuers whose tokens this host accepts beside its own. Safe for any number of threads. */
public final class Issuers {
    /** Limit on the lifetime of a token; revocations are stored for a little longer. */
    private static final Duration MAX_LIFETIME = Duration.ofHours(24);

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration FILE_POLL = Duration.ofSeconds(2);
    private static final Duration UNLIMITED = Duration.ofDays(36_500);

    private final Map<String, Map<String, Set<String>>> mappings = new LinkedHashMap<>();
    private final List<TrustedIssuer> trusted = new ArrayList<>();
    private final List<FetchedKeys> fetched = new ArrayList<>();

    /**
     * The configured issuers; their keys are not fetched yet.
     *
     * @param settings the settings by name, as {@link IssuerCheck} accepts them
     * @param executor runs fetches of some seconds, one at a time for each issuer
     */
    public Issuers(Map<String, IssuerSettings> settings, Clock clock, Executor executor) {
        settings.forEach((name, one) -> {
            Set<Algorithm> algorithms = one.algorithms().stream()
                    .map(Algorithm::named)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            FetchedKeys keys = new FetchedKeys(
                    name,
                    fetch(one),
                    octets -> KeySet.read(octets, algorithms, clock),
                    ages(one),
                    executor,
                    System::nanoTime);
            fetched.add(keys);
            trusted.add(new TrustedIssuer(one.issuer(), rules(name, one), algorithms, keys));
            mappings.put(name, one.mapping());
        });
    }

    private static KeyFetch fetch(IssuerSettings one) {
        if (one.isFile()) {
            return new KeyFile(Path.of(one.path()));
        }
        URI uri = URI.create(one.jwks());
        AddressGuard guard = new AddressGuard(one.allowPrivate(), "http".equals(uri.getScheme()));
        return new KeyDownload(uri, guard);
    }

    private static FetchedKeys.Ages ages(IssuerSettings one) {
        if (one.isFile()) {
            return new FetchedKeys.Ages(FILE_POLL, FILE_POLL, UNLIMITED);
        }
        Duration interval = one.refresh().compareTo(INTERVAL) < 0 ? one.refresh() : INTERVAL;
        return new FetchedKeys.Ages(one.refresh(), interval, one.maxAge());
    }

    private static TrustedIssuer.Rules rules(String name, IssuerSettings one) {
        return new TrustedIssuer.Rules(
                name, one.audience(), Set.copyOf(one.typ()), MAX_LIFETIME, one.rolesPath(), one.kindClaim());
    }

    /** The issuers with their rules and keys. */
    public List<TrustedIssuer> trusted() {
        return List.copyOf(trusted);
    }

    /** The roles of this host that the roles in a token are mapped to; a role without a mapping is ignored. */
    public Set<String> roles(VerifiedToken token) {
        Map<String, Set<String>> mapping = mappings.getOrDefault(token.issuer(), Map.of());
        return token.roles().stream()
                .flatMap(role -> mapping.getOrDefault(role, Set.of()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All roles of this host that are mapped to, in order. */
    public Set<String> mappedRoles() {
        return mappings.values().stream()
                .flatMap(mapping -> mapping.values().stream())
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Starts the fetches that are due. Called every two seconds, by one thread. */
    public void keepUp() {
        fetched.forEach(FetchedKeys::keepUp);
    }
}
