package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Responds correctly at one path and misbehaves at the others. */
public final class NeighbourPlatform implements Platform {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/good", request -> Response.text("good")).access(Access.PUBLIC),
                Route.get("/spin/{seconds}", request -> spin(request.pathParameter("seconds")))
                        .access(Access.PUBLIC)
                        .deadline(DEADLINE),
                Route.get("/hang/{seconds}", request -> hang(request.pathParameter("seconds")))
                        .access(Access.PUBLIC)
                        .deadline(DEADLINE),
                Route.get("/throw", request -> {
                            throw new IllegalStateException("as it was asked to");
                        })
                        .access(Access.PUBLIC));
    }

    /** Occupies a core and ignores interrupts. */
    private static Response spin(String seconds) {
        long end =
                System.nanoTime() + Duration.ofSeconds(Long.parseLong(seconds)).toNanos();
        long spun = 0;
        while (System.nanoTime() - end < 0) {
            spun++;
        }
        return Response.text(Long.toString(spun));
    }

    /** Waits and ignores interrupts. */
    private static Response hang(String seconds) {
        long end =
                System.nanoTime() + Duration.ofSeconds(Long.parseLong(seconds)).toNanos();
        boolean interrupted = false;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        return Response.text(Boolean.toString(interrupted));
    }
}
