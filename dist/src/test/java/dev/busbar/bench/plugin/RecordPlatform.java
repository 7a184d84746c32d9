package dev.busbar.bench.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;

/** A record of about 200 bytes as JSON: public, with the permission to read, and cached for an hour. */
public final class RecordPlatform implements Platform {
    /** The record that every measured server returns. */
    public record Item(
            String id, String name, String owner, double price, int stock, List<String> tags, boolean active) {
        /** The record with an id. */
        public static Item of(String id) {
            return new Item(
                    id,
                    "A thing with a name of usual length",
                    "somebody@example.org",
                    129.95,
                    7,
                    List.of("first", "second", "third"),
                    true);
        }
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/open/{id}", request -> Response.json(Item.of(request.pathParameter("id"))))
                        .access(Access.PUBLIC),
                Route.get("/items/{id}", request -> Response.json(Item.of(request.pathParameter("id"))))
                        .access(Access.READ),
                Route.get("/cached/{id}", request -> Response.json(Item.of(request.pathParameter("id"))))
                        .access(Access.READ)
                        .cache(CachePolicy.of(Duration.ofHours(1))));
    }
}
