package dev.busbar.host.artifacts;

import dev.busbar.host.artifacts.TrustStore.Consented;
import dev.busbar.host.trust.Trust;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Route;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the operator's consent to the public routes of a jar. Routes are known only once it has started, so this is
 * checked between its start and its publish. Confined to the thread that decides.
 */
final class PublicRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(PublicRoutes.class);

    private final Trust trust;
    private final TrustStore store;
    private final boolean strict;

    /**
     * Checks over the stored consents.
     *
     * @param strict whether routes without consent are refused, not only noted
     */
    PublicRoutes(Trust trust, TrustStore store, boolean strict) {
        this.trust = trust;
        this.store = store;
        this.strict = strict;
    }

    /** Consents to whatever public routes a jar declares at its next start. */
    void consent(String sha256) {
        store.put(sha256, new Consented(store.consented(sha256).routes(), true));
    }

    /**
     * Compares the routes of a started jar with the consents to it and to what shall run now.
     *
     * @param before the digest of what shall run now
     */
    Exposure check(String pluginId, String sha256, Optional<String> before, List<Route> routes) {
        Set<String> open = open(routes);
        if (open.isEmpty() || trust.mayBePublic(pluginId)) {
            return new Exposure.Allowed(List.of());
        }
        try {
            return check(sha256, before, open);
        } catch (RuntimeException e) {
            LOG.error("plugin {}: consents could not be read", pluginId, e);
            return new Exposure.Unknown("the store could not be read; nothing has changed");
        }
    }

    private Exposure check(String sha256, Optional<String> before, Set<String> open) {
        Consented own = store.consented(sha256);
        Set<String> missing = new TreeSet<>(open);
        missing.removeAll(own.routes());
        missing.removeAll(before.map(store::consented).orElse(Consented.NONE).routes());
        boolean all = missing.isEmpty() || own.given() || trust.isBundled(sha256);
        if (all) {
            Set<String> consented = new HashSet<>(own.routes());
            consented.addAll(open);
            remember(sha256, own, new Consented(consented, false));
            return new Exposure.Allowed(List.of());
        }
        String routes = String.join(", ", missing);
        if (strict) {
            return new Exposure.Refused("it would serve " + routes
                    + " to any client, which needs approval; approve it"
                    + " (?allowPublic=true, its id in trust.publicRoutes, or, where the folder may consent, a file"
                    + " <jar>.allow with the word public), or declare"
                    + " another access");
        }
        return new Exposure.Allowed(List.of("in production it needs approval to serve " + routes + " to any client"));
    }

    /** A consent that follows from others need not be stored: a rollback must work while the store cannot be written. */
    private void remember(String sha256, Consented before, Consented now) {
        try {
            if (!now.equals(before)) {
                store.put(sha256, now);
            }
        } catch (RuntimeException e) {
            LOG.warn("the approval of the public routes of {} could not be recorded", sha256, e);
        }
    }

    private static Set<String> open(List<Route> routes) {
        return routes.stream()
                .filter(route -> route.access().filter(Access.PUBLIC::equals).isPresent())
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toSet());
    }
}
