package dev.busbar.host.openapi;

import dev.busbar.host.entry.Generation;
import dev.busbar.host.routing.PlatformRoutes;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.routing.Routes;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of the current route table, generated on request and cached until the table changes. Thread-safe;
 * blocks for some milliseconds after a change, so it must not be called on event-loop threads.
 */
public final class OpenApi {
    private final Routes routes;
    private final Conventions conventions;
    private final Object lock = new Object();
    private final Map<PlatformRoutes, Part> parts = new WeakHashMap<>();
    private @Nullable Snapshot latest;

    /**
     * The view of a caller at a listener.
     *
     * @param permits whether the caller has a permission; an anonymous caller has none
     * @param hidden the first segment of the paths that the listener does not serve; empty if it serves all
     */
    public record View(Predicate<String> permits, Optional<String> hidden) {}

    /** The document of a table, which it references weakly: only the route table may hold a generation. */
    private record Snapshot(WeakReference<RouteTable> table, Document document) {}

    /**
     * The document of a route table.
     *
     * @param conventions the conventions of the host for all routes
     */
    public OpenApi(Routes routes, Conventions conventions) {
        this.routes = routes;
        this.conventions = conventions;
    }

    /** Everything that the caller may use, as JSON. */
    public byte[] document(View view) {
        return current().write(view, Optional.empty()).orElseThrow();
    }

    /** The operations of one platform that the caller may use, as JSON; empty if there are none. */
    public Optional<byte[]> document(View view, String platform) {
        return current().write(view, Optional.of(platform));
    }

    private Document current() {
        synchronized (lock) {
            while (true) {
                RouteTable table = routes.table();
                Snapshot known = latest;
                if (known != null && known.table().refersTo(table)) {
                    return known.document();
                }
                List<Part> described = new ArrayList<>();
                boolean whole = describe(table, described);
                Document document = new Document(described);
                if (whole) {
                    latest = new Snapshot(new WeakReference<>(table), document);
                    return document;
                }
                if (routes.table().equals(table)) {
                    return document;
                }
            }
        }
    }

    /** Returns false if a generation has begun to drain; then there is a newer table, or its platform is in a handover. */
    private boolean describe(RouteTable table, List<Part> described) {
        boolean whole = true;
        Map<PlatformRoutes, Part> missing = new HashMap<>();
        for (PlatformRoutes each : (Iterable<PlatformRoutes>) inOrder(table)::iterator) {
            Part part = parts.get(each);
            if (part == null) {
                Generation generation = each.generation();
                if (!generation.tryAcquire()) {
                    whole = false;
                    continue;
                }
                try {
                    part = Part.of(each, conventions);
                } finally {
                    generation.release();
                }
                missing.put(each, part);
            }
            described.add(part);
        }
        parts.putAll(missing);
        return whole;
    }

    private static Stream<PlatformRoutes> inOrder(RouteTable table) {
        return table.all()
                .sorted((one, other) ->
                        one.generation().platform().compareTo(other.generation().platform()));
    }
}
