package dev.busbar.host.webhooks;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Requester;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.webhooks.WebhookStore.Delivery;
import dev.busbar.host.webhooks.WebhookStore.Row;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes over webhooks. Safe for any number of threads. */
final class WebhookRoutes {
    private static final Access SELF = Access.action("self");
    private static final int MAX_DELIVERIES = 100;

    private final Webhooks webhooks;

    /** A request for a new webhook; without events it is for all. */
    record NewWebhook(@Nullable String url, @Nullable List<String> events) {}

    /** A change of a webhook; what is absent stays. */
    record Change(
            @Nullable String url,
            @Nullable List<String> events,
            @Nullable Boolean enabled) {}

    /**
     * A webhook as its owner sees it.
     *
     * @param secret the secret; shown when it is created or rotated, and never again
     * @param oldSecretUntil until when the secret before signs too
     */
    record WebhookView(
            String id,
            String owner,
            String url,
            List<String> events,
            String state,
            Optional<String> reason,
            Optional<String> secret,
            Optional<Instant> oldSecretUntil,
            Instant createdAt,
            Instant changedAt) {}

    /** A delivery as the owner sees it. */
    record DeliveryView(
            String id,
            String event,
            String state,
            int attempts,
            Instant createdAt,
            Optional<Instant> triedAt,
            Optional<Instant> nextAt,
            Optional<Integer> status,
            Optional<String> detail,
            String body) {
        static DeliveryView of(Delivery delivery) {
            boolean pending = delivery.state() == WebhookStore.Progress.PENDING;
            return new DeliveryView(
                    delivery.id(),
                    delivery.event(),
                    delivery.state().name().toLowerCase(Locale.ROOT),
                    delivery.attempt(),
                    delivery.createdAt(),
                    Optional.ofNullable(delivery.triedAt()),
                    pending ? Optional.of(delivery.nextAt()) : Optional.empty(),
                    Optional.ofNullable(delivery.status()),
                    Optional.ofNullable(delivery.detail()),
                    delivery.body());
        }
    }

    WebhookRoutes(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    List<HostRoute> routes() {
        return all().stream()
                .map(route -> new HostRoute(route, HostRoute.Placement.ADMIN))
                .toList();
    }

    private List<Route> all() {
        return List.of(
                Route.get("/webhooks", this::list)
                        .access(SELF)
                        .summary("The webhooks of the caller")
                        .returns(WebhookView[].class),
                Route.post("/webhooks", NewWebhook.class, this::create)
                        .access(SELF)
                        .summary(
                                "Create a webhook that is told the end of the caller's jobs; its secret is shown only once")
                        .problem(
                                ProblemType.CONFLICT.status(), ProblemType.CONFLICT.id(), "there are too many webhooks")
                        .example(RouteExample.request(Map.of(
                                "url", "https://example.org/hooks", "events", List.of("job.succeeded", "job.failed"))))
                        .returns(201, WebhookView.class),
                Route.get("/webhooks/{id}", this::show)
                        .access(SELF)
                        .summary("A webhook")
                        .returns(WebhookView.class),
                Route.patch("/webhooks/{id}", Change.class, this::change)
                        .access(SELF)
                        .summary("Change URL or events of a webhook, disable or enable it")
                        .returns(WebhookView.class),
                Route.delete("/webhooks/{id}", this::delete)
                        .access(SELF)
                        .summary("Delete a webhook")
                        .returns(204),
                Route.post("/webhooks/{id}/rotate", this::rotate)
                        .access(SELF)
                        .summary("Give a webhook a new secret; the old one signs too for a day")
                        .returns(WebhookView.class),
                Route.get("/webhooks/{id}/deliveries", this::deliveries)
                        .access(SELF)
                        .summary("The last deliveries of a webhook")
                        .returns(DeliveryView[].class),
                Route.post("/webhooks/{id}/deliveries/{delivery}/replay", this::replay)
                        .access(SELF)
                        .summary("Send a delivery again, under the same id")
                        .returns(202));
    }

    private WebhookView view(Row row, boolean withSecret) {
        return new WebhookView(
                row.id(),
                row.owner(),
                row.url(),
                Webhooks.events(row),
                row.state().name().toLowerCase(Locale.ROOT),
                Optional.ofNullable(row.reason()),
                withSecret ? Optional.of(row.secret()) : Optional.empty(),
                Webhooks.oldUntil(row, webhooks.now()),
                row.createdAt(),
                row.changedAt());
    }

    private Response list(Request request) {
        return Response.json(webhooks.list(Requester.of(request).caller()).stream()
                .map(row -> view(row, false))
                .toList());
    }

    private Response create(Request request, NewWebhook wanted) {
        Row row = webhooks.create(wanted.url(), wanted.events(), current(request));
        return Response.created(URI.create("/webhooks/" + row.id()), view(row, true))
                .header("cache-control", "no-store");
    }

    /** The requester when the whole body has arrived. */
    private static Requester current(Request request) {
        return Requester.current(request, Endpoint.ANY_PRINCIPAL);
    }

    private Row find(Request request) {
        return webhooks.find(request.pathParameter("id"), Requester.of(request).caller());
    }

    private Response show(Request request) {
        return Response.json(view(find(request), false));
    }

    private Response change(Request request, Change change) {
        return Response.json(view(webhooks.change(request.pathParameter("id"), change, current(request)), false));
    }

    private Response delete(Request request) {
        webhooks.delete(request.pathParameter("id"), Requester.of(request));
        return Response.noContent();
    }

    private Response rotate(Request request) {
        return Response.json(view(webhooks.rotate(request.pathParameter("id"), Requester.of(request)), true))
                .header("cache-control", "no-store");
    }

    private Response deliveries(Request request) {
        return Response.json(webhooks.deliveries(find(request), MAX_DELIVERIES).stream()
                .map(DeliveryView::of)
                .toList());
    }

    private Response replay(Request request) {
        webhooks.replay(request.pathParameter("id"), request.pathParameter("delivery"), Requester.of(request));
        return Response.noContent().status(202);
    }
}
