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
 * The document of what is served now. It is made of the route table when somebody asks, so it cannot differ from what is
 * routed, and kept until the table is another one. Thread-safe; the first to ask after a change waits for some
 * milliseconds of work, others for them, so it is not asked on a server thread.
 */
public final class OpenApi {
    private final Routes routes;
    private final Conventions conventions;
    private final Object lock = new Object();
    private final Map<PlatformRoutes, Part> parts = new WeakHashMap<>();
    private @Nullable Snapshot latest;

    /**
     * Who asks, and where.
     *
     * @param permits whether a permission is among those of the caller; none is for somebody unknown
     * @param hidden the first segment of the paths that do not answer where it was asked; empty when all do
     */
    public record View(Predicate<String> permits, Optional<String> hidden) {}

    /** The descriptions of a table. It is only known weakly: nothing but what is served may hold a generation. */
    private record Snapshot(WeakReference<RouteTable> table, Document document) {}

    /**
     * Describes what is served.
     *
     * @param conventions what the host does with all routes
     */
    public OpenApi(Routes routes, Conventions conventions) {
        this.routes = routes;
        this.conventions = conventions;
    }

    /** Everything that the caller may use, as JSON. */
    public byte[] document(View view) {
        return current().write(view, Optional.empty()).orElseThrow();
    }

    /** The same of one platform; empty when there is nothing that the caller may use. */
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

    /** False when a generation was let go meanwhile; then there is another table, or one in which its platform hands over. */
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
