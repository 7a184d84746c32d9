package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.observe.Metrics;
import dev.busbar.host.openapi.Conventions;
import dev.busbar.host.openapi.OpenApi;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.routing.Workers;
import dev.busbar.host.security.Access;
import dev.busbar.host.security.ClientEndpoint;
import dev.busbar.host.security.Logins;
import dev.busbar.host.store.Database;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All routes of the host. Immutable. */
public final class HostRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HostRoutes.class);

    private final List<Route> quick;
    private final List<Route> open;
    private final List<Route> slow;

    /**
     * What an operator chose.
     *
     * @param openMetrics whether anybody may read the metrics
     * @param separateAdmin whether {@code /admin} has a listener of its own
     * @param idempotency which requests may be sent again
     */
    public record Options(boolean openMetrics, boolean separateAdmin, IdempotencySettings idempotency) {}

    /**
     * What the routes are in front of.
     *
     * @param ready whether the host can take requests
     */
    public record Features(
            Plugins plugins,
            Access access,
            Tokens tokens,
            Logins logins,
            AuditLog audit,
            Routes routes,
            Metrics metrics,
            ResponseCache cache,
            Options options,
            BooleanSupplier ready) {}

    /** The routes over the features they front. */
    public HostRoutes(Features features) {
        Plugins plugins = features.plugins();
        Access access = features.access();
        Routes routes = features.routes();
        OpenApi openApi = new OpenApi(
                routes,
                new Conventions(ClientEndpoint::isOne, features.options().idempotency()::concerns));
        CallerRoutes callerRoutes = new CallerRoutes(plugins, routes);
        TokenRoutes tokenRoutes = new TokenRoutes(features.tokens(), features.logins());
        this.quick = Stream.of(new HealthRoutes(features.ready()).routes(), callerRoutes.quick(), tokenRoutes.quick())
                .flatMap(List::stream)
                .toList();
        this.open = Stream.concat(
                        tokenRoutes.slow().stream(),
                        new OpenApiRoutes(openApi, features.options().separateAdmin()).routes().stream())
                .toList();
        this.slow = Stream.of(
                        new KeyRoutes(access.keys()).routes(),
                        callerRoutes.slow(),
                        new PrincipalRoutes(access.principals()).routes(),
                        new RoleRoutes(access.roles(), routes).routes(),
                        new AuditRoutes(features.audit()).routes(),
                        open,
                        new RevocationRoutes(features.tokens()).routes(),
                        new PluginRoutes(plugins, access.platforms()).routes(),
                        new CacheRoutes(features.cache(), features.audit()).routes(),
                        new MetricsRoutes(features.metrics(), features.options().openMetrics()).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** All of them. */
    public List<Route> all() {
        return Stream.concat(quick.stream(), slow.stream()).toList();
    }

    /**
     * Where a route runs: what answers from memory at once needs no thread of its own, and what reads a body that
     * anybody may send shares none with what maintainers need.
     *
     * @param openWorkers the threads of routes that are open to anybody
     * @param other the threads of all others
     */
    public Workers workers(Route route, Workers openWorkers, Workers other) {
        if (quick.contains(route)) {
            return Workers.INLINE;
        }
        return open.contains(route) ? openWorkers : other;
    }

    /** What a failure of one of them is taken for: of a store that is full or away, 503; whatever else is left as it is. */
    public Throwable fault(Throwable failure) {
        if (failure instanceof ProblemException || !Database.isUnavailable(failure)) {
            return failure;
        }
        LOG.warn("a request could not be answered: the store is full or away", failure);
        return ProblemType.TEMPORARILY_UNAVAILABLE
                .problem("The store cannot be used at the moment; try again.")
                .withHeader("Retry-After", "2");
    }
}
