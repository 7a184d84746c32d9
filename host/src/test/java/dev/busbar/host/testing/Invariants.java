package dev.busbar.host.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.Host;
import dev.busbar.host.HostInsight;
import dev.busbar.host.generation.GenerationState;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.routing.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Invariants of an idle host. Each check waits for its condition within a limit. */
final class Invariants {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Pattern PLUGIN_THREAD = Pattern.compile("([a-z][a-z0-9-]*#\\d+)-.*");
    private static final Set<GenerationState> OVER = Set.of(GenerationState.RETIRED, GenerationState.FAILED);

    private Invariants() {}

    /** All of them. */
    static void hold(Host host) {
        holdInUse(host);
        eventually("every class loader of a generation that is over is collected", () -> {
            if (!uncollected(host).isEmpty()) {
                System.gc();
            }
            assertThat(uncollected(host)).isEmpty();
        });
    }

    /** Those that need no collection of garbage, which takes much of the time of a test. */
    static void holdInUse(Host host) {
        eventually("each generation serves or is over", () -> assertThat(unsettled(host))
                .isEmpty());
        eventually("no lease is open on a generation that is over", () -> assertThat(leased(host))
                .isEmpty());
        eventually("no thread of a generation that is over is left", () -> assertThat(threads())
                .isSubsetOf(serving(host)));
        eventually("the route table is what the plugins' states say", () -> assertThat(mounted(host))
                .isEqualTo(published(host)));
    }

    private static void eventually(String what, org.awaitility.core.ThrowingRunnable check) {
        await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .atMost(LIMIT)
                .untilAsserted(check);
    }

    private static List<String> unsettled(Host host) {
        return find(host, view -> view.state() != GenerationState.ACTIVE && !OVER.contains(view.state()));
    }

    private static List<String> leased(Host host) {
        return find(host, view -> OVER.contains(view.state()) && view.leases() + view.inside() + view.loans() > 0);
    }

    private static List<String> uncollected(Host host) {
        return find(
                host,
                view -> OVER.contains(view.state())
                        && view.unload().filter(unload -> !unload.collected()).isPresent());
    }

    private static List<String> find(Host host, java.util.function.Predicate<GenerationView> fault) {
        return HostInsight.plugins(host).generations().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().filter(fault).map(view -> entry.getKey() + ": " + view))
                .toList();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> PLUGIN_THREAD.matcher(thread.getName()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> serving(Host host) {
        return active(host).map(view -> view.id() + "#" + view.generation()).collect(Collectors.toSet());
    }

    private static Map<String, String> published(Host host) {
        return active(host)
                .collect(Collectors.toMap(
                        PluginView::id,
                        view -> view.id() + "#" + view.generation() + " " + view.routes(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static Map<String, String> mounted(Host host) {
        Map<String, String> all = new TreeMap<>();
        HostInsight.table(host).mounts().forEach((id, mount) -> {
            if (mount instanceof RouteTable.Mount.Served served) {
                all.put(
                        id,
                        served.routes().generation().platform() + "#"
                                + served.routes().generation().number() + " "
                                + served.routes().routes());
            }
        });
        return all;
    }

    private static java.util.stream.Stream<PluginView> active(Host host) {
        return HostInsight.plugins(host).list().stream().filter(view -> view.state() == PluginState.ACTIVE);
    }
}
