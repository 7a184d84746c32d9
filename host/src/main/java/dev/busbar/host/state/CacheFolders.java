package dev.busbar.host.state;

import dev.busbar.host.artifacts.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache directories of platforms on this node. One that is too large is emptied when the first generation of its
 * platform comes to it, since nothing uses it then; while one runs, it is reported. Thread-safe.
 */
final class CacheFolders {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFolders.class);

    private final Path root;
    private final long maxBytes;
    private final Object lock = new Object();
    private final Map<String, Integer> users = new HashMap<>();
    private volatile Map<String, Long> sizes = Map.of();

    CacheFolders(Path root, long maxBytes) {
        this.root = root;
        this.maxBytes = maxBytes;
    }

    /** One more generation of a platform may use its directory. */
    void enter(String platform) {
        synchronized (lock) {
            int others = users.merge(platform, 1, Integer::sum) - 1;
            Path folder = root.resolve(platform);
            if (others == 0 && Files.isDirectory(folder) && size(folder) > maxBytes) {
                LOG.warn(
                        "platform {}: its cache directory {} has more than {} bytes and is emptied",
                        platform,
                        folder,
                        maxBytes);
                delete(platform);
            }
        }
    }

    void leave(String platform) {
        synchronized (lock) {
            Integer unused = users.computeIfPresent(platform, (id, count) -> count == 1 ? null : count - 1);
        }
    }

    Path folder(String platform) {
        try {
            return Files.createDirectories(root.resolve(platform));
        } catch (IOException e) {
            throw new UncheckedIOException("cache directory of platform " + platform + " cannot be made", e);
        }
    }

    /** Deletes a directory; one that is in use stays. */
    void deleteUnused(String platform) {
        synchronized (lock) {
            if (!users.containsKey(platform)) {
                delete(platform);
            }
        }
    }

    private void delete(String platform) {
        try {
            Trees.delete(root.resolve(platform));
        } catch (IOException e) {
            LOG.warn("platform {}: its cache directory could not be emptied", platform, e);
        }
    }

    /** Measures all directories, and reports those that are too large. */
    void measure() {
        Map<String, Long> measured = new TreeMap<>();
        if (Files.isDirectory(root)) {
            try (Stream<Path> folders = Files.list(root)) {
                folders.filter(Files::isDirectory)
                        .forEach(folder -> measured.put(String.valueOf(folder.getFileName()), size(folder)));
            } catch (IOException e) {
                LOG.warn("the cache directories cannot be measured", e);
            }
        }
        measured.forEach((platform, bytes) -> {
            if (bytes > maxBytes && sizes.getOrDefault(platform, 0L) <= maxBytes) {
                LOG.warn(
                        "platform {}: its cache directory has {} bytes (expected: at most {}, state.cacheBytes); it is"
                                + " emptied before the platform is started the next time",
                        platform,
                        bytes,
                        maxBytes);
            }
        });
        sizes = Map.copyOf(measured);
    }

    Map<String, Long> sizes() {
        return sizes;
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(CacheFolders::ofFile).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // files come and go meanwhile
        }
    }

    private static long ofFile(Path file) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
