package dev.busbar.host.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Deletes directory trees. Stateless. */
public final class Trees {
    private Trees() {}

    /** Deletes a directory with all its content, without following links; does nothing when there is none. */
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> bottomUp;
        try (Stream<Path> all = Files.walk(directory)) {
            bottomUp = all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : bottomUp) {
            Files.deleteIfExists(path);
        }
    }
}
