package dev.busbar.bench.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Handler;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.TaskScheduler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * The plugin that is swapped under load. Each response names its jar ({@code x-serial}), and each entry checks whether {@code close()} was called before; violations are written to a file, because the client may be gone.
 */
public final class SwapPlatform implements Platform {
    private static final int ENTERED_AFTER_CLOSE = 599;
    private static final int PIECE_BYTES = 1024;
    private static final Duration TICK = Duration.ofMillis(20);

    /** Static, hence one per generation. */
    private static final AtomicInteger INSIDE = new AtomicInteger();

    private static volatile boolean closed;

    private String serial = "";
    private Path violations = Path.of("violations");

    @Override
    public void start(PlatformContext context) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = SwapPlatform.class.getResourceAsStream("/bench.properties")) {
            properties.load(in);
        }
        serial = properties.getProperty("serial");
        violations = Path.of(properties.getProperty("violations"));
        TaskScheduler.Task unused = context.scheduler().every(TICK, this::tick);
    }

    private void tick() {
        if (closed) {
            violation("a tick after close()");
        }
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/serial", guarded(request -> Response.text(serial))).access(Access.PUBLIC),
                Route.get("/item/{id}", guarded(this::item)).access(Access.PUBLIC),
                Route.post("/count", guarded(this::count)).access(Access.PUBLIC),
                Route.post("/echo", guarded(this::echo)).access(Access.PUBLIC));
    }

    @Override
    public List<HealthCheck> healthChecks() {
        return List.of(HealthCheck.of("serial", () -> HealthCheck.Health.pass()));
    }

    @Override
    public void close() {
        closed = true;
        int inside = INSIDE.get();
        if (inside > 0) {
            violation("close() with " + inside + " handlers inside");
        }
    }

    private Handler guarded(Handler handler) {
        return request -> {
            if (closed) {
                violation("a handler entered after close()");
                return Response.text("entered after close()").status(ENTERED_AFTER_CLOSE);
            }
            INSIDE.incrementAndGet();
            try {
                return handler.handle(request).header("x-serial", serial);
            } finally {
                INSIDE.decrementAndGet();
                if (closed) {
                    violation("a handler was inside at close()");
                }
            }
        };
    }

    private Response item(Request request) throws InterruptedException {
        sleep(request);
        return Response.text(request.pathParameter("id"));
    }

    private Response count(Request request) throws IOException, InterruptedException {
        sleep(request);
        CRC32 crc = new CRC32();
        byte[] piece = new byte[PIECE_BYTES];
        long count = 0;
        try (InputStream in = request.body()) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                crc.update(piece, 0, n);
                count += n;
            }
        }
        return Response.text(count + " " + crc.getValue());
    }

    private Response echo(Request request) throws IOException, InterruptedException {
        sleep(request);
        byte[] all;
        try (InputStream in = request.body()) {
            all = in.readAllBytes();
        }
        return Response.stream("application/octet-stream", out -> {
            if (closed) {
                violation("a stream begun after close()");
            }
            for (int from = 0; from < all.length; from += PIECE_BYTES) {
                out.write(all, from, Math.min(PIECE_BYTES, all.length - from));
                out.flush();
            }
            if (closed) {
                violation("a stream under way at close()");
            }
        });
    }

    private static void sleep(Request request) throws InterruptedException {
        long millis = Long.parseLong(request.query("sleep").orElse("0"));
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }

    private void violation(String what) {
        try {
            Files.writeString(
                    violations,
                    what + ", serial " + serial + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
