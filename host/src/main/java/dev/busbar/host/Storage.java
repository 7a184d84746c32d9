package dev.busbar.host;

import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verifier;
import dev.busbar.host.auditlog.AuditLog;
import dev.busbar.host.node.Node;
import dev.busbar.host.node.NodeLease;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.state.PlatformStates;
import dev.busbar.host.state.StateRoutes;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The data directory, the database, the name of this node, and the audit log. Its objects may be used by any thread. */
final class Storage implements Part {
    private static final Duration AUDIT_PERIOD = Duration.ofSeconds(1);
    private static final Duration SPACE_PERIOD = Duration.ofMinutes(1);
    private static final Duration SWEEP_PERIOD = Duration.ofHours(1);

    private final Clock clock = Clock.systemUTC();
    private final Node node;
    private final Database database;
    private final PlatformStates states;
    private final NodeLease lease;
    private final AuditLog audit;
    private final ChainStore chains;
    private final Verifier verifier;

    Storage(HostSettings settings, Opened opened) throws IOException {
        boolean unused = DataFolder.prepare(settings.base().data());
        node = Node.open(settings.base().data());
        try {
            database = opened.add("database", Database.open(settings.base().store()));
        } catch (StoreException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        int threads = Math.max(1, settings.base().store().connections() / 2);
        Path caches = settings.base().data().resolve("cache");
        states = opened.add(
                "state of platforms", new PlatformStates(settings.base().state(), database, clock, caches, threads));
        lease = opened.add(
                "node lease",
                NodeLease.take(node, database, settings.base().store().startTimeout()));
        audit = opened.add("audit log", AuditLog.open(settings.base().audit(), node, database, clock));
        chains = new ChainStore(database);
        verifier = new Verifier(
                chains,
                settings.base().audit().checkpoints(),
                new Verifier.Own(
                        node.name(),
                        audit.publicKey(),
                        settings.base().audit().checkpointInterval(),
                        audit::lastCheckpoint,
                        audit::walked),
                clock);
    }

    @Override
    public List<HostRoute> routes() {
        return Stream.concat(
                        HostRoutes.audit(audit, chains, verifier).stream(),
                        new StateRoutes(states, audit)
                                .routes().stream().map(route -> new HostRoute(route, HostRoute.Placement.ADMIN)))
                .toList();
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(NodeLease.BEAT, Ticks.Work.ON_ITS_OWN_THREAD, "node lease", lease::beat);
        ticks.every(AUDIT_PERIOD, Ticks.Work.MAY_BLOCK, "audit log", audit::tick);
        ticks.every(SPACE_PERIOD, Ticks.Work.MAY_BLOCK, "space of platforms", states::measure);
        ticks.every(SWEEP_PERIOD, Ticks.Work.MAY_BLOCK, "contents without a name", states::sweep);
    }

    /** Adds the metrics of the store; called once, when there are metrics. */
    void measure(Meters meters) {
        meters.gauge("busbar.store.available", "1 if the store takes writes", () -> lease.isStoreAvailable() ? 1 : 0);
        String help = "Connections to the store, and threads that wait for one";
        meters.gauge("busbar.store.connections", help, () -> database.poolUse().active(), "state", "active");
        meters.gauge("busbar.store.connections", help, () -> database.poolUse().idle(), "state", "idle");
        meters.gauge("busbar.store.connections", help, () -> database.poolUse().waiting(), "state", "waiting");
    }

    Clock clock() {
        return clock;
    }

    Node node() {
        return node;
    }

    Database database() {
        return database;
    }

    PlatformStates states() {
        return states;
    }

    NodeLease lease() {
        return lease;
    }

    AuditLog audit() {
        return audit;
    }
}
