package dev.busbar.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for the servers of one run, beside the built host; deleted when the run has ended well. */
public final class WorkFolder {
    private WorkFolder() {}

    /** Makes one whose name begins like this. */
    public static Path create(String name) throws IOException {
        Path target = Path.of(System.getenv("BUSBAR_HOME")).toAbsolutePath().getParent();
        return Files.createTempDirectory(target, name + "-");
    }

    /** Deletes it with all that is in it. */
    public static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
