package dev.busbar.host.issuers;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.KeySet;
import dev.busbar.host.outbound.AddressGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Check of the configured issuers, which reports all faults at once. For one thread and one start. */
public final class IssuerCheck {
    /** Prefixes of other names, before a colon. */
    private static final Set<String> RESERVED = Set.of("host", "platform", "key", "principal", "role", "credential");

    private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}\\p{Cs}*\u2028\u2029]{1,255}");
    private static final Pattern TYPE = Pattern.compile("[a-z0-9][a-z0-9.+_-]{0,62}");
    private static final Pattern MAPPED = Pattern.compile("[^\\p{Cntrl}]{1,255}=[a-z][a-z0-9-]{0,62}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Duration MAX_AGE = Duration.ofDays(7);

    private final String own;
    private final boolean development;
    private final BiConsumer<String, String> refuse;
    private final Set<String> seen = new HashSet<>();

    private IssuerCheck(String own, boolean development, BiConsumer<String, String> refuse) {
        this.own = own;
        this.development = development;
        this.refuse = refuse;
    }

    /**
     * Checks the issuers. Reads key sets in files, fetches none.
     *
     * @param issuers the issuers by name
     * @param own the issuer of the host's own tokens
     * @param development true if plain {@code http} to loopback is allowed
     * @param refuse receives a configuration key, such as {@code issuers.corp.audience}, and the expectation
     */
    public static void check(
            Map<String, IssuerSettings> issuers, String own, boolean development, BiConsumer<String, String> refuse) {
        IssuerCheck check = new IssuerCheck(own, development, refuse);
        issuers.forEach(check::one);
    }

    private void one(String name, IssuerSettings settings) {
        String section = "issuers." + name + ".";
        expect(!RESERVED.contains(name), section + "issuer", "under another name: " + name + " is reserved");
        issuer(section + "issuer", settings.issuer());
        expect(
                TEXT.matcher(settings.audience()).matches(),
                section + "audience",
                "the audience of its tokens, one exact value of aud without wildcards");
        Set<Algorithm> algorithms = algorithms(section + "algorithms", settings.algorithms());
        expect(
                !settings.typ().isEmpty()
                        && settings.typ().stream()
                                .allMatch(type -> TYPE.matcher(type).matches()),
                section + "typ",
                "types in lower case without application/, such as at+jwt or jwt");
        roles(section, settings);
        ages(section, settings);
        if (settings.isFile()) {
            file(section + "jwks", settings.path(), algorithms);
        } else {
            url(section + "jwks", settings);
        }
    }

    private void expect(boolean condition, String key, String expectation) {
        if (!condition) {
            refuse.accept(key, expectation);
        }
    }

    private void issuer(String key, String issuer) {
        if (!TEXT.matcher(issuer).matches()) {
            refuse.accept(key, "the exact value of iss in its tokens");
        } else if (issuer.equals(own)) {
            refuse.accept(key, "another issuer than this host, which trusts itself anyway");
        } else {
            expect(seen.add(issuer), key, "each issuer once");
        }
    }

    private Set<Algorithm> algorithms(String key, List<String> names) {
        Set<Algorithm> known =
                names.stream().map(Algorithm::named).flatMap(Optional::stream).collect(Collectors.toSet());
        boolean allKnown = names.stream().allMatch(name -> Algorithm.named(name).isPresent());
        expect(
                !names.isEmpty() && allKnown,
                key,
                "some of " + List.of(Algorithm.values())
                        + "; shared secrets (such as HS256) and none are never accepted");
        return known;
    }

    private void roles(String section, IssuerSettings settings) {
        expect(
                settings.roles().stream().allMatch(pair -> MAPPED.matcher(pair).matches()),
                section + "roles",
                "a list of theirs=ours, where ours is the name of a role of this host");
        expect(
                settings.roles().isEmpty() || !settings.rolesPath().isEmpty(),
                section + "rolesPath",
                "the members that lead to the roles, because roles are mapped");
    }

    private void ages(String section, IssuerSettings settings) {
        Duration refresh = settings.refresh();
        expect(
                refresh.toMillis() >= 1_000 && refresh.compareTo(Duration.ofDays(1)) <= 0,
                section + "refresh",
                "1s to 24h");
        expect(
                settings.maxAge().compareTo(refresh) >= 0 && settings.maxAge().compareTo(MAX_AGE) <= 0,
                section + "maxAge",
                "at least refresh, at most 7d");
    }

    private void file(String key, String path, Set<Algorithm> algorithms) {
        if (algorithms.isEmpty()) {
            return; // the keys cannot be checked without
        }
        try {
            KeySet unused = KeySet.read(new KeyFile(Path.of(path)).fetch(), algorithms, Clock.systemUTC());
        } catch (InvalidPathException | IOException e) {
            refuse.accept(key, "a readable file with a key set; " + e.getMessage());
        } catch (IllegalArgumentException e) {
            refuse.accept(key, "a file with a key set that can be used; " + e.getMessage());
        }
    }

    private void url(String key, IssuerSettings settings) {
        Optional<URI> found = uri(settings.jwks());
        if (found.isEmpty()) {
            refuse.accept(key, "an https URL without user and fragment, or file: and a path");
            return;
        }
        URI uri = found.get();
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (uri.getScheme().equals("http")) {
            expect(development && LOOPBACK.contains(host), key, "an https URL; http is for loopback in development");
        } else {
            expect(
                    isReachable(host, settings.allowPrivate()),
                    key,
                    "a public address, or allowPrivate: true for one of loopback or a private network");
        }
    }

    /** True for an address that the guard allows, and for every name: these are looked up when the keys are fetched. */
    private static boolean isReachable(String host, boolean allowPrivate) {
        if (!host.startsWith("[") && !host.matches("[0-9.]+")) {
            return true;
        }
        try {
            InetAddress[] address = {InetAddress.getByName(host)};
            return !new AddressGuard(allowPrivate, false).check(address).isEmpty();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Optional<URI> uri(String text) {
        try {
            URI uri = URI.create(text);
            boolean fits = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() <= 65_535
                    && text.equals(uri.toASCIIString());
            return fits ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
