package dev.busbar.host;

import dev.busbar.host.auditlog.AuditSettings;
import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.config.Sources;
import dev.busbar.host.generation.GenerationSettings;
import dev.busbar.host.http.HttpSettings;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.lifecycle.LifecycleSettings;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.observe.AccessLogSettings;
import dev.busbar.host.security.AuthenticationSettings;
import dev.busbar.host.security.PlatformGrants;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.tokens.IssuerCheck;
import dev.busbar.host.tokens.IssuerSettings;
import dev.busbar.host.tokens.TokenSettings;
import dev.busbar.host.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All settings of the host, read and checked. The records inside name the keys: section {@code swap} has the key
 * {@code swap.settle}, set by {@code BUSBAR_SWAP_SETTLE} too.
 *
 * @param environment {@code development}, {@code staging} or {@code production}
 * @param data where everything lasting of this node is
 * @param network how the server listens, and whom it answers
 * @param store where the store is
 * @param audit how things are put on record
 * @param tokens how tokens are issued
 * @param issuers who else issues tokens that are taken, by name
 * @param authentication how much failed authentication is put up with
 * @param grants what platforms may do beyond themselves
 * @param limits how much may be asked of it
 * @param lifecycle how plugins are taken in and run
 * @param traffic how much of it there may be, and what is done about platforms that fail
 * @param streamLimit how long a streamed answer may take after its first byte
 * @param accessLog how requests are logged
 * @param openMetrics whether anybody may read the metrics
 * @param cache how much is kept of what handlers answered
 * @param idempotency how requests are treated that must run once
 * @param stop how the host stops
 */
public record HostSettings(
        String environment,
        Path data,
        NetworkSettings network,
        StoreSettings store,
        AuditSettings audit,
        TokenSettings tokens,
        Map<String, IssuerSettings> issuers,
        AuthenticationSettings authentication,
        PlatformGrants grants,
        LimitSettings limits,
        LifecycleSettings lifecycle,
        TrafficSettings traffic,
        Duration streamLimit,
        AccessLogSettings accessLog,
        boolean openMetrics,
        CacheSettings cache,
        IdempotencySettings idempotency,
        Stop stop) {

    /**
     * How the host stops.
     *
     * @param delay how long it serves on after it has said that it is not ready
     * @param limit how long requests in flight may take after that
     */
    public record Stop(Duration delay, Duration limit) {}

    record Base(Path data, Optional<Path> plugins) {}

    record Metrics(boolean open) {}

    record AuditRules(Optional<Path> checkpoints, int checkpointRecords, Duration checkpointInterval) {
        AuditRules {
            if (checkpointRecords < 1 || checkpointInterval.toMillis() < 1_000) {
                throw new IllegalArgumentException("checkpointRecords: " + checkpointRecords + ", checkpointInterval: "
                        + checkpointInterval + " (expected: at least 1, and at least 1s)");
            }
        }

        AuditSettings in(Path data) {
            AuditSettings defaults = AuditSettings.in(data);
            return new AuditSettings(
                    data, checkpoints.orElse(defaults.checkpoints()), checkpointRecords, checkpointInterval);
        }
    }

    record Platforms(List<String> grants) {
        Platforms {
            PlatformGrants unused = PlatformGrants.of(grants);
        }
    }

    record Swap(
            Duration settle,
            Duration poll,
            Duration startLimit,
            Duration closeLimit,
            Duration drainMargin,
            Duration retryFirst,
            Duration retryLongest,
            int keep) {
        Swap {
            if (keep < 1 || keep > 100) {
                throw new IllegalArgumentException("keep: " + keep + " (expected: 1 to 100)");
            }
            if (retryFirst.toMillis() < 10 || retryLongest.compareTo(retryFirst) < 0) {
                throw new IllegalArgumentException("retryFirst: " + retryFirst + ", retryLongest: " + retryLongest
                        + " (expected: at least 10ms, and the longest no shorter than the first)");
            }
            if (settle.toMillis() < 10 || poll.toMillis() < 10) {
                throw new IllegalArgumentException(
                        "settle: " + settle + ", poll: " + poll + " (expected: at least 10ms)");
            }
        }
    }

    /**
     * Reads all settings.
     *
     * @throws dev.busbar.host.config.ConfigurationException with everything that is wrong
     */
    public static HostSettings load(Sources sources) {
        Configuration configuration = Configuration.load(sources);
        Base base = configuration.bind("", new Base(Path.of("data"), Optional.empty()));
        NetworkSettings network = NetworkSettings.bind(configuration);
        StoreSettings store = configuration.bind("store", StoreSettings.embedded(base.data()));
        AuditRules audit = configuration.bind("audit", new AuditRules(Optional.empty(), 1_000, Duration.ofMinutes(1)));
        HttpSettings.Listener listener = network.http().listener();
        TokenSettings tokens = configuration.bind("tokens", TokenSettings.of(listener.url(listener.port())));
        Map<String, IssuerSettings> issuers = issuers(configuration, tokens.issuer());
        AccessLogSettings accessLog = configuration.bind("accessLog", AccessLogSettings.DEFAULTS);
        Metrics metrics = configuration.bind("metrics", new Metrics(false));
        AuthenticationSettings authentication = configuration.bind("authentication", AuthenticationSettings.DEFAULTS);
        Platforms platforms = configuration.bind("platforms", new Platforms(List.of()));
        LimitSettings limits = LimitRules.bind(configuration);
        TrustSettings trust = TrustRules.bind(configuration, base.data());
        LifecycleSettings lifecycle = lifecycle(configuration, base, trust, network.streamLimit());
        TrafficSettings traffic = TrafficSettings.bind(configuration);
        CacheSettings cache = configuration.bind("cache", CacheSettings.DEFAULTS);
        IdempotencySettings idempotency = configuration.bind("idempotency", IdempotencySettings.DEFAULTS);
        boolean production = configuration.environment().equals("production");
        Stop stop =
                configuration.bind("stop", new Stop(Duration.ofSeconds(production ? 5 : 0), Duration.ofSeconds(30)));
        configuration.finish();
        return new HostSettings(
                configuration.environment(),
                base.data(),
                network,
                store,
                audit.in(base.data()),
                tokens,
                issuers,
                authentication,
                PlatformGrants.of(platforms.grants()),
                limits,
                lifecycle,
                traffic,
                network.streamLimit(),
                accessLog,
                metrics.open(),
                cache,
                idempotency,
                stop);
    }

    @SuppressWarnings("ReferenceEquality") // what binding gives when something is wrong
    private static Map<String, IssuerSettings> issuers(Configuration configuration, String own) {
        Map<String, IssuerSettings> issuers = new LinkedHashMap<>();
        for (String name : configuration.sections("issuers")) {
            IssuerSettings bound = configuration.bind("issuers." + name, IssuerSettings.DEFAULTS);
            if (bound != IssuerSettings.DEFAULTS) { // else the fault is noted, and others would be made up
                issuers.put(name, bound);
            }
        }
        boolean development = configuration.environment().equals("development");
        IssuerCheck.check(issuers, own, development, configuration::refuse);
        return issuers;
    }

    private static LifecycleSettings lifecycle(
            Configuration configuration, Base base, TrustSettings trust, Duration stream) {
        Swap swap = configuration.bind(
                "swap",
                new Swap(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1),
                        5));
        GenerationSettings.Bulkhead bulkhead =
                configuration.bind("bulkhead", new GenerationSettings.Bulkhead(64, 256, 4));
        LifecycleSettings.Places places = new LifecycleSettings.Places(
                base.plugins().orElse(base.data().resolve("plugins")),
                configuration.home().resolve("platforms"),
                base.data().resolve("work"));
        LifecycleSettings.Limits limits = new LifecycleSettings.Limits(
                swap.settle(), swap.poll(), swap.startLimit(), swap.closeLimit(), swap.drainMargin(), stream);
        boolean strict = configuration.environment().equals("production");
        LifecycleSettings.Retry retry = new LifecycleSettings.Retry(swap.retryFirst(), swap.retryLongest());
        return new LifecycleSettings(places, limits, bulkhead, retry, swap.keep(), strict, trust);
    }
}
