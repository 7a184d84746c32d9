package dev.busbar.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code busbar.json}, in which other processes of this machine find the running host. Used by the thread that
 * starts it.
 */
final class RunFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunFile.class);

    private final Path file;

    RunFile(Path file) {
        this.file = file;
    }

    /** Writes the file; with the URL of the admin API only where that differs. */
    void write(String url, Optional<String> adminUrl, int port, Instant startedAt) throws IOException {
        String admin = adminUrl.map(own -> ",\"adminUrl\":\"" + own + "\"").orElse("");
        String ticks = LocalUser.startTicks(ProcessHandle.current().pid())
                .map(start -> ",\"startTicks\":" + start)
                .orElse("");
        String json = "{\"pid\":" + ProcessHandle.current().pid() + ",\"port\":" + port + ",\"url\":\"" + url + "\""
                + admin + ticks + ",\"startedAt\":\"" + startedAt + "\"}\n";
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, json);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes the file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} could not be removed", file, e);
        }
    }
}
