package dev.busbar.host.settings;

import dev.busbar.core.state.StateLimits;
import dev.busbar.host.auditlog.AuditSettings;
import dev.busbar.host.authentication.AuthenticationSettings;
import dev.busbar.host.backup.BackupSettings;
import dev.busbar.host.bodies.BodySettings;
import dev.busbar.host.cache.CacheSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.config.Sources;
import dev.busbar.host.contract.RouteDeadlines;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.issuers.IssuerSettings;
import dev.busbar.host.jobs.JobSettings;
import dev.busbar.host.lifecycle.LifecycleSettings;
import dev.busbar.host.limits.LimitSettings;
import dev.busbar.host.observe.AccessLogSettings;
import dev.busbar.host.resilience.BreakerSettings;
import dev.busbar.host.schedules.ScheduleSettings;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.tokens.TokenSettings;
import dev.busbar.host.webhooks.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * All settings of the host, bound and checked, grouped by the parts of the host that use them. The records inside name
 * the keys: section {@code swap} has the key {@code swap.settle}, which {@code BUSBAR_SWAP_SETTLE} sets too. Immutable.
 */
public record HostSettings(
        Base base,
        Identity identity,
        Observation observation,
        Traffic traffic,
        NetworkSettings network,
        LifecycleSettings lifecycle) {

    /**
     * The settings of the process, its store, its audit log, its work that lasts and its backups.
     *
     * @param environment {@code development}, {@code staging} or {@code production}
     * @param data the directory of everything that this node stores
     * @param state the limits of the state of each platform
     */
    public record Base(
            String environment,
            Path data,
            StoreSettings store,
            StateLimits state,
            AuditSettings audit,
            Work work,
            Stop stop,
            BackupSettings backup) {}

    /** The settings of jobs, schedules and webhooks. */
    public record Work(JobSettings jobs, ScheduleSettings schedules, WebhookSettings webhooks) {}

    /**
     * The settings of a stop.
     *
     * @param delay how long the host serves on after it has reported that it is not ready
     * @param limit the max time of requests in flight after that
     */
    public record Stop(Duration delay, Duration limit) {}

    /**
     * The settings of authentication and authorization.
     *
     * @param issuers other issuers whose tokens are accepted, by name
     * @param grants the permissions of platforms for calls of their own
     */
    public record Identity(
            TokenSettings tokens,
            Map<String, IssuerSettings> issuers,
            AuthenticationSettings authentication,
            PlatformGrants grants) {}

    /**
     * The settings of the access log and the metrics.
     *
     * @param openMetrics whether metrics can be read without authentication
     */
    public record Observation(AccessLogSettings accessLog, boolean openMetrics) {}

    /**
     * The settings of the concerns of the route chain, and of load shedding.
     *
     * @param deadlines the deadlines that the operator has set
     * @param inFlight the max number of requests to platforms in flight in the whole host
     */
    public record Traffic(
            LimitSettings limits,
            CacheSettings cache,
            IdempotencySettings idempotency,
            BreakerSettings breaker,
            BodySettings bodies,
            RouteDeadlines deadlines,
            int inFlight) {}

    record Metrics(boolean open) {}

    /**
     * Binds all settings.
     *
     * @throws dev.busbar.host.config.ConfigurationException with everything that is wrong
     */
    public static HostSettings load(Sources sources) {
        Configuration configuration = Configuration.load(sources);
        BaseRules.Places places = BaseRules.places(configuration);
        NetworkSettings network = NetworkSettings.bind(configuration);
        Identity identity = IdentityRules.bind(configuration, network);
        Observation observation = new Observation(
                configuration.bind("accessLog", AccessLogSettings.DEFAULTS),
                configuration.bind("metrics", new Metrics(false)).open());
        Traffic traffic = TrafficRules.bind(configuration);
        LifecycleSettings lifecycle = LifecycleRules.bind(configuration, places, network.streamLimit());
        Base base =
                BaseRules.bind(configuration, places.data(), lifecycle.trust().signers());
        configuration.finish();
        return new HostSettings(base, identity, observation, traffic, network, lifecycle);
    }
}
