package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Returns the response of another platform. */
public final class CallingPlatform implements Platform {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private @Nullable PlatformContext context;

    @Override
    public void start(PlatformContext lent) {
        context = lent;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/plain", request -> pass(request, "/value"))
                        .access(Access.PUBLIC)
                        .deadline(DEADLINE),
                Route.get("/stale", request -> pass(request, "/cached"))
                        .access(Access.PUBLIC)
                        .deadline(DEADLINE));
    }

    private Response pass(Request request, String path) throws InterruptedException {
        PlatformCall call = PlatformCall.get(path);
        PlatformResponse answer =
                Objects.requireNonNull(context).platforms().call("target", call).orThrow();
        return Response.bytes("text/plain", answer.bytes());
    }
}
