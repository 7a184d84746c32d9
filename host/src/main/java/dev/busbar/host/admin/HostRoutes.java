package dev.busbar.host.admin;

import static dev.busbar.host.admin.HostRoute.Placement.ADMIN;
import static dev.busbar.host.admin.HostRoute.Placement.DOCUMENTS;
import static dev.busbar.host.admin.HostRoute.Placement.INLINE;
import static dev.busbar.host.admin.HostRoute.Placement.PUBLIC;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.AccessControl;
import dev.busbar.host.access.RoleBook;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verifier;
import dev.busbar.host.authentication.AuthenticationInterceptor;
import dev.busbar.host.authentication.Logins;
import dev.busbar.host.cache.ResponseCache;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.idempotency.IdempotencySettings;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.lifecycle.Plugins;
import dev.busbar.host.observe.Metrics;
import dev.busbar.host.openapi.Conventions;
import dev.busbar.host.openapi.OpenApi;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.state.PlatformStates;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host's own routes, by the part of the host that they are over. Stateless; the routes are immutable. */
public final class HostRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HostRoutes.class);

    private HostRoutes() {}

    /**
     * Health of the host.
     *
     * @param ready true while the host takes requests
     * @param store true while the store takes writes
     * @param backup true while the last good backup is not too old
     */
    public static List<HostRoute> health(BooleanSupplier ready, BooleanSupplier store, BooleanSupplier backup) {
        return HostRoute.all(INLINE, new HealthRoutes(ready, store, backup).routes());
    }

    /** Records of the audit log. */
    public static List<HostRoute> audit(AuditTrail audit, ChainStore chains, Verifier verifier) {
        return HostRoute.all(ADMIN, new AuditRoutes(audit, chains, verifier).routes());
    }

    /** Keys, principals and tokens. */
    public static List<HostRoute> identity(AccessControl access, Tokens tokens, Logins logins) {
        TokenRoutes tokenRoutes = new TokenRoutes(tokens, logins);
        return join(Stream.of(
                HostRoute.all(INLINE, tokenRoutes.quick()),
                HostRoute.all(PUBLIC, tokenRoutes.slow()),
                HostRoute.admin(new KeyRoutes(access.keys()).routes()),
                HostRoute.admin(new PrincipalRoutes(access.principals()).routes()),
                HostRoute.admin(new RevocationRoutes(tokens, access.keys()).routes())));
    }

    /** Metrics; {@code open} for everybody, or for callers with a permission. */
    public static List<HostRoute> metrics(Metrics metrics, boolean open) {
        return HostRoute.all(ADMIN, new MetricsRoutes(metrics, open).routes());
    }

    /** The response cache. */
    public static List<HostRoute> cache(ResponseCache cache, AuditTrail audit) {
        return HostRoute.all(ADMIN, new CacheRoutes(cache, audit).routes());
    }

    /**
     * The OpenAPI documents.
     *
     * @param separateAdmin true if {@code /admin} has a listener of its own
     */
    public static List<HostRoute> openApi(Routes routes, IdempotencySettings idempotency, boolean separateAdmin) {
        OpenApi openApi =
                new OpenApi(routes, new Conventions(AuthenticationInterceptor::isTokenEndpoint, idempotency::concerns));
        return HostRoute.all(DOCUMENTS, new OpenApiRoutes(openApi, separateAdmin).routes());
    }

    /**
     * The parts of the host behind the routes of plugins.
     *
     * @param unaccepted the jars in the folders of plugins that were not accepted
     */
    public record Platforms(
            Plugins plugins,
            Supplier<List<PluginView>> unaccepted,
            PlatformGrants grants,
            PlatformStates states,
            AuditTrail audit) {}

    /** Plugins and their state as maintainers and as callers see them, and the roles that may use their routes. */
    public static List<HostRoute> platforms(Platforms platforms, RoleBook roles, Routes routes) {
        CallerRoutes callerRoutes = new CallerRoutes(platforms.plugins(), routes);
        return join(Stream.of(
                HostRoute.all(INLINE, callerRoutes.quick()),
                HostRoute.all(ADMIN, callerRoutes.slow()),
                HostRoute.admin(new RoleRoutes(roles, routes).routes()),
                HostRoute.admin(new PluginRoutes(platforms).routes())));
    }

    private static List<HostRoute> join(Stream<List<HostRoute>> lists) {
        return lists.flatMap(List::stream).toList();
    }

    /** Maps the failure of a handler: a store or disk that is full or unavailable is a 503; any other stays as it is. */
    public static Throwable fault(Throwable failure) {
        if (failure instanceof ProblemException) {
            return failure;
        }
        if (isDiskFull(failure)) {
            LOG.warn("a request failed: a disk of the host is full", failure);
            return unavailable("A disk of the host is full; try again when there is space.", "60");
        }
        if (failure instanceof StoreException || Database.isUnavailable(failure)) {
            LOG.warn("a request failed: the store is full or unavailable ({})", failure.getMessage());
            return unavailable("The store cannot be used at the moment; try again.", "2");
        }
        return failure;
    }

    private static ProblemException unavailable(String detail, String retryAfterSeconds) {
        return ProblemType.TEMPORARILY_UNAVAILABLE.problem(detail).withHeader("Retry-After", retryAfterSeconds);
    }

    /** True for a failure to write a file because the disk or the quota is used up, as the JDK words it on Unix. */
    private static boolean isDiskFull(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException
                    && (message.endsWith("No space left on device") || message.endsWith("Disk quota exceeded"))) {
                return true;
            }
        }
        return false;
    }
}
