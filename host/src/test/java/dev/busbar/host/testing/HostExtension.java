package dev.busbar.host.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.HostInsight;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.lifecycle.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test a real host, and asserts the {@link Invariants} after each test: no lease open and no thread left on a
 * generation that is over, its class loader collected, the route table in step with the plugins' states.
 *
 * <p>Registered in a static field it keeps one host for all tests of a class and takes every plugin out after each;
 * registered in an instance field it makes a host for each test.
 */
public final class HostExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> arguments;
    private boolean shared;
    private @Nullable Path data;
    private @Nullable TestHost host;

    /** Hosts that are started with these arguments. */
    public HostExtension(String... arguments) {
        this.arguments = List.of(arguments);
    }

    /** The data directory, which is the host's home too; there before the host is, with an empty {@link MigratedStore}. */
    public Path data() {
        if (data == null) {
            try {
                data = Files.createTempDirectory("busbar-test");
                MigratedStore.putInto(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return data;
    }

    /** The drop folder; there before the host is. */
    public Path folder() {
        try {
            return Files.createDirectories(data().resolve("plugins"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The host, started when it is first asked for. */
    public TestHost host() {
        if (host == null) {
            try {
                host = TestHost.start(data(), arguments.toArray(String[]::new));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return host;
    }

    /** Its plugins. */
    public Plugins plugins() {
        return HostInsight.plugins(host().host());
    }

    /** Stops the host; the next {@link #host()} is a restart on the same data. */
    public void stop() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    /** Stops the host and starts it again on the same data. */
    public TestHost restart() {
        stop();
        return host();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean reusable = false;
        try {
            if (host != null && context.getExecutionException().isEmpty()) {
                if (shared) {
                    Invariants.holdInUse(host.host());
                    takeAllOut();
                }
                Invariants.hold(host.host());
                reusable = shared;
            }
        } finally {
            if (!reusable) {
                end();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private void takeAllOut() {
        empty(folder());
        await("no plugin is left").pollDelay(Duration.ZERO).atMost(LIMIT).untilAsserted(() -> {
            plugins().list().forEach(view -> plugins()
                    .by(Actor.HOST)
                    .remove(view.id())
                    .handle((removed, failure) -> null)
                    .join());
            assertThat(plugins().list()).isEmpty();
        });
        empty(folder());
        await("the jars are forgotten, so that the next test may add the same one")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .until(() -> HostInsight.rememberedFiles(host().host()) == 0);
    }

    private void end() {
        stop();
        if (data != null) {
            empty(data);
            data = null;
        }
    }

    static void empty(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
