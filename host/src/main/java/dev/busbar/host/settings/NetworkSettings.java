package dev.busbar.host.settings;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.edge.EdgeSettings;
import dev.busbar.host.edge.Forwarding;
import dev.busbar.host.http.CertificateFiles;
import dev.busbar.host.http.HttpSettings;
import dev.busbar.host.http.HttpSettings.Listener;
import dev.busbar.host.pipeline.AddressRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The settings of the network, bound and checked together, because what one section permits depends on the others.
 * Immutable.
 *
 * @param http the server and its listeners
 * @param edge the checks of a request before its route is known
 * @param certificatePoll how often the files of the certificate are checked
 * @param streamLimit the max time of a streaming response after its first byte
 * @param serverTiming whether responses to authenticated callers have a {@code Server-Timing} header
 * @param networkRate the max number of requests of a network per second to pages and below {@code /auth}
 * @param compression whether responses are compressed for clients that accept it
 */
public record NetworkSettings(
        HttpSettings http,
        EdgeSettings edge,
        Duration certificatePoll,
        Duration streamLimit,
        boolean serverTiming,
        int networkRate,
        boolean compression) {
    private static final Duration MAX_PREFLIGHT_AGE = Duration.ofHours(2);

    record Address(String bind, int port) {
        Address {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    record Tls(
            Optional<Path> certificate, Optional<Path> key, boolean terminatedUpstream, Duration hsts, Duration poll) {
        Tls {
            if (poll.toMillis() < 50) {
                throw new IllegalArgumentException("poll: " + poll + " (expected: at least 50ms)");
            }
        }
    }

    record Admin(Optional<String> bind, boolean sharedPort) {}

    record Connections(int maxConnections, int maxConnectionsPerNetwork, Duration headerTimeout, int networkRate) {
        Connections {
            if (maxConnections < 0 || maxConnectionsPerNetwork < 0 || headerTimeout.toMillis() < 100) {
                throw new IllegalArgumentException("maxConnections: " + maxConnections + ", maxConnectionsPerNetwork: "
                        + maxConnectionsPerNetwork + ", headerTimeout: " + headerTimeout
                        + " (expected: at least 1, or 0 for the default; and at least 100ms)");
            }
            if (networkRate < 1) {
                throw new IllegalArgumentException("networkRate: " + networkRate + " (expected: at least 1)");
            }
        }

        HttpSettings.Connections in(List<AddressRange> proxies) {
            int max = maxConnections > 0
                    ? maxConnections
                    : HttpSettings.Connections.fitting(
                            OpenFiles.max(), Runtime.getRuntime().maxMemory());
            int ofNetwork = maxConnectionsPerNetwork > 0 ? maxConnectionsPerNetwork : Math.max(1, max / 2);
            return new HttpSettings.Connections(max, ofNetwork, headerTimeout, proxies);
        }
    }

    record Http(
            int maxThreads,
            Duration idleTimeout,
            int maxHeaderBytes,
            Duration streamLimit,
            List<String> hosts,
            List<String> trustedProxies,
            Forwarding forwarding,
            boolean serverTiming,
            boolean compression) {
        Http {
            if (maxThreads < 8) {
                throw new IllegalArgumentException("maxThreads: " + maxThreads + " (expected: at least 8)");
            }
        }
    }

    /** Binds the sections; errors are recorded in the configuration, which reports them when binding is finished. */
    static NetworkSettings bind(Configuration configuration) {
        Address address = configuration.bind("", new Address("127.0.0.1", 8080));
        Tls tls = configuration.bind(
                "tls",
                new Tls(Optional.empty(), Optional.empty(), false, Duration.ofDays(365), Duration.ofSeconds(10)));
        Admin admin = configuration.bind("admin", new Admin(Optional.empty(), false));
        Http http = configuration.bind(
                "http",
                new Http(
                        250,
                        Duration.ofSeconds(30),
                        16 * 1024,
                        Duration.ofMinutes(10),
                        List.of(),
                        List.of(),
                        Forwarding.X_FORWARDED_FOR,
                        !configuration.environment().equals("production"),
                        true));
        EdgeSettings.Cors cors = configuration.bind(
                "cors", new EdgeSettings.Cors(List.of(), false, Duration.ofHours(1), List.of(), List.of()));
        check(configuration, cors);
        Optional<HttpSettings.Tls> files = files(configuration, tls);
        ListenerRules rules = new ListenerRules(configuration, files.isPresent(), tls.terminatedUpstream());
        Listener main = rules.main(address.bind(), address.port());
        Optional<Listener> own = rules.admin(main, admin.bind(), admin.sharedPort());
        boolean development = configuration.environment().equals("development");
        Connections connections =
                configuration.bind("http", new Connections(0, 0, Duration.ofSeconds(10), development ? 1_000_000 : 50));
        EdgeSettings edge = new EdgeSettings(
                hosts(configuration, http, main, own),
                ranges(configuration, "http.trustedProxies", http.trustedProxies()),
                http.forwarding(),
                cors,
                own.isPresent(),
                files.map(any -> tls.hsts()).filter(age -> !age.isZero()));
        HttpSettings.Limits limits =
                new HttpSettings.Limits(http.maxThreads(), http.idleTimeout(), http.maxHeaderBytes());
        return new NetworkSettings(
                new HttpSettings(main, own, files, limits, connections.in(edge.trustedProxies())),
                edge,
                tls.poll(),
                http.streamLimit(),
                http.serverTiming(),
                connections.networkRate(),
                http.compression());
    }

    private static List<AddressRange> ranges(Configuration configuration, String key, List<String> texts) {
        List<AddressRange> parsed = new ArrayList<>();
        checkEach(configuration, key, texts, range -> parsed.add(AddressRange.parse(range)));
        return parsed;
    }

    private static void check(Configuration configuration, EdgeSettings.Cors cors) {
        checkEach(configuration, "cors.origins", cors.origins(), EdgeSettings::checkOrigin);
        checkEach(configuration, "cors.headers", cors.headers(), EdgeSettings::checkHeader);
        checkEach(configuration, "cors.exposed", cors.exposed(), EdgeSettings::checkHeader);
        if (cors.credentials() && cors.origins().contains("*")) {
            configuration.refuse("cors.credentials", "false where cors.origins contains *");
        }
        if (cors.maxAge().isNegative() || cors.maxAge().compareTo(MAX_PREFLIGHT_AGE) > 0) {
            configuration.refuse("cors.maxAge", "0s to 2h, the max of browsers");
        }
    }

    private static void checkEach(
            Configuration configuration, String key, List<String> entries, Consumer<String> check) {
        for (String entry : entries) {
            try {
                check.accept(entry);
            } catch (IllegalArgumentException e) {
                configuration.refuse(key, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Optional<HttpSettings.Tls> files(Configuration configuration, Tls tls) {
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            configuration.refuse(
                    tls.key().isPresent() ? "tls.certificate" : "tls.key",
                    "a file, because the other of the two is set");
        }
        Optional<HttpSettings.Tls> files =
                tls.certificate().flatMap(chain -> tls.key().map(key -> new HttpSettings.Tls(chain, key)));
        files.ifPresent(both -> CertificateFiles.check(both)
                .forEach((file, expectation) -> configuration.refuse("tls." + file, expectation)));
        return files;
    }

    private static List<String> hosts(Configuration configuration, Http http, Listener main, Optional<Listener> admin) {
        checkEach(configuration, "http.hosts", http.hosts(), EdgeSettings::checkHost);
        if (!http.hosts().isEmpty()) {
            return http.hosts();
        }
        List<String> hosts = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        hosts.addAll(LocalAddresses.of(main.bind()));
        admin.ifPresent(own -> hosts.addAll(LocalAddresses.of(own.bind())));
        return hosts;
    }
}
