package dev.busbar.host;

import dev.busbar.host.audit.AuditSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.config.Sources;
import dev.busbar.host.http.HttpSettings;
import dev.busbar.host.lifecycle.LifecycleSettings;
import dev.busbar.host.store.StoreSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of the host, read and checked. The records inside name the keys: section {@code swap} has the key
 * {@code swap.settle}, set by {@code BUSBAR_SWAP_SETTLE} too.
 *
 * @param environment {@code development}, {@code staging} or {@code production}
 * @param data where everything lasting of this node is
 * @param http how the server listens
 * @param store where the store is
 * @param audit how things are put on record
 * @param lifecycle how plugins are taken in and run
 * @param streamLimit how long a streamed answer may take after its first byte
 * @param stop how the host stops
 */
public record HostSettings(
        String environment,
        Path data,
        HttpSettings http,
        StoreSettings store,
        AuditSettings audit,
        LifecycleSettings lifecycle,
        Duration streamLimit,
        Stop stop) {

    /**
     * How the host stops.
     *
     * @param delay how long it serves on after it has said that it is not ready
     * @param limit how long requests in flight may take after that
     */
    public record Stop(Duration delay, Duration limit) {}

    record Base(Path data, Optional<Path> plugins, String bind, int port) {
        Base {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

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

    record Tls(boolean terminatedUpstream) {}

    record Admin(Optional<String> bind, boolean sharedPort) {}

    record Http(int maxThreads, Duration idleTimeout, int maxHeaderBytes, Duration streamLimit) {
        Http {
            if (maxThreads < 8) {
                throw new IllegalArgumentException("maxThreads: " + maxThreads + " (expected: at least 8)");
            }
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
        Base base = configuration.bind("", new Base(Path.of("data"), Optional.empty(), "127.0.0.1", 8080));
        Tls tls = configuration.bind("tls", new Tls(false));
        Admin admin = configuration.bind("admin", new Admin(Optional.empty(), false));
        Http http =
                configuration.bind("http", new Http(250, Duration.ofSeconds(30), 16 * 1024, Duration.ofMinutes(10)));
        StoreSettings store = configuration.bind("store", StoreSettings.embedded(base.data()));
        AuditRules audit = configuration.bind("audit", new AuditRules(Optional.empty(), 1_000, Duration.ofMinutes(1)));
        LifecycleSettings lifecycle = lifecycle(configuration, base, http.streamLimit());
        boolean production = configuration.environment().equals("production");
        Stop stop =
                configuration.bind("stop", new Stop(Duration.ofSeconds(production ? 5 : 0), Duration.ofSeconds(30)));
        configuration.finish();
        requireSafeBind(base, tls, admin, configuration.environmentNamed());
        return new HostSettings(
                configuration.environment(),
                base.data(),
                new HttpSettings(
                        base.bind(), base.port(), http.maxThreads(), http.idleTimeout(), http.maxHeaderBytes()),
                store,
                audit.in(base.data()),
                lifecycle,
                http.streamLimit(),
                stop);
    }

    private static LifecycleSettings lifecycle(Configuration configuration, Base base, Duration stream) {
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
        LifecycleSettings.Bulkhead bulkhead =
                configuration.bind("bulkhead", new LifecycleSettings.Bulkhead(64, 256, 4));
        LifecycleSettings.Places places = new LifecycleSettings.Places(
                base.plugins().orElse(base.data().resolve("plugins")),
                configuration.home().resolve("platforms"),
                base.data().resolve("work"));
        LifecycleSettings.Limits limits = new LifecycleSettings.Limits(
                swap.settle(), swap.poll(), swap.startLimit(), swap.closeLimit(), swap.drainMargin(), stream);
        boolean strict = configuration.environment().equals("production");
        LifecycleSettings.Retry retry = new LifecycleSettings.Retry(swap.retryFirst(), swap.retryLongest());
        return new LifecycleSettings(places, limits, bulkhead, retry, swap.keep(), strict);
    }

    /** Beyond loopback only on purpose: the environment named, TLS somewhere, and the admin API shared knowingly. */
    private static void requireSafeBind(Base base, Tls tls, Admin admin, boolean environmentNamed) {
        try {
            if (InetAddress.getByName(base.bind()).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "bind: \"" + base.bind() + "\" (expected: an address of this machine)", e);
        }
        if (!environmentNamed || !tls.terminatedUpstream() || !admin.sharedPort()) {
            throw new IllegalArgumentException(
                    "bind: \"" + base.bind() + "\" is beyond loopback (expected: env is named,"
                            + " tls.terminatedUpstream is true, and admin.sharedPort is true)");
        }
    }
}
