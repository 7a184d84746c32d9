package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.config.Sources;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.MigratedStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail at each resource in turn: nothing stays open. */
class HostOpeningIT {
    @TempDir
    Path folder;

    private static HostSettings settings(Path data, int port) {
        return HostSettings.load(new Sources(
                Map.of(), List.of("--data=" + data, "--port=" + port, "--swap.settle=20ms", "--swap.poll=50ms"), data));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * The threads of this process by name and id, but those of the JVM, of the test framework, and of the HTTP clients of
     * other tests: a host has no such client.
     */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system"))
                .map(thread -> thread.getName() + " " + thread.getId())
                .filter(name -> !name.startsWith("junit-") && !name.startsWith("awaitility"))
                .filter(name -> !name.startsWith("HttpClient-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertNothingIsOpen(Path data, int port, Set<String> before) throws IOException {
        await().untilAsserted(() -> assertThat(before).containsAll(threads()));
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        // The embedded database belongs to one process: it opens only when its lock is gone.
        Database.open(StoreSettings.embedded(data)).close();
        assertThat(data.resolve("busbar.json")).doesNotExist();
    }

    @Test
    void a_start_that_fails_at_any_resource_leaves_nothing_open() throws Exception {
        List<String> resources = new ArrayList<>();
        int port = freePort();
        Host.start(settings(folder.resolve("all"), port), host -> {}, new Opened(resources::add))
                .close();
        assertThat(resources)
                .contains("database", "audit log", "issuers", "metrics", "periodic work", "HTTP server", "plugins")
                .doesNotHaveDuplicates();
        Set<String> before = threads();

        for (String resource : resources) {
            Path data = folder.resolve(resource.replace(' ', '-'));
            MigratedStore.putInto(data);
            Opened failing = new Opened(name -> {
                if (name.equals(resource)) {
                    throw new UnsupportedOperationException(name + " is out of order");
                }
            });

            assertThatThrownBy(() -> Host.start(settings(data, port), host -> {}, failing))
                    .as(resource)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("cannot start: ")
                    .hasMessageContaining(resource + " is out of order");
            assertNothingIsOpen(data, port, before);
        }
    }

    @Test
    void a_start_that_fails_at_what_lies_in_its_way_says_so_and_leaves_nothing_open() throws Exception {
        MigratedStore.putInto(folder.resolve("warm"));
        Host.start(settings(folder.resolve("warm"), freePort())).close();
        Set<String> before = threads();
        int port = freePort();
        for (String place : List.of("audit/spool", "work/artifacts", "plugins", "busbar.json")) {
            Path data = folder.resolve(place.replace('/', '-'));
            MigratedStore.putInto(data);
            if (place.equals("plugins") || place.equals("work/artifacts")) {
                Files.createDirectories(data.resolve(place).getParent());
                Files.writeString(data.resolve(place), "a file where a directory is expected");
            } else {
                Files.createDirectories(data.resolve(place).resolve("not-empty"));
            }

            Throwable failure = catchThrowable(() -> Host.start(settings(data, port)));

            assertThat(failure).as(place).isNotNull();
            assertThat(failure).as(place).isInstanceOfAny(IOException.class, IllegalStateException.class);
            assertThat(failure.toString())
                    .contains(data.resolve(place).getFileName().toString());
            if (place.equals("busbar.json")) {
                Files.delete(data.resolve("busbar.json/not-empty"));
                Files.delete(data.resolve("busbar.json"));
            }
            assertNothingIsOpen(data, port, before);
        }
    }

    @Test
    void a_port_that_is_taken_is_named_and_leaves_nothing_open() throws Exception {
        MigratedStore.putInto(folder.resolve("warm"));
        Host.start(settings(folder.resolve("warm"), freePort())).close();
        Set<String> before = threads();
        Path data = folder.resolve("taken");
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();

            assertThatThrownBy(() -> Host.start(settings(data, port)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(String.valueOf(port));
        }
        assertNothingIsOpen(data, port, before);
    }
}
