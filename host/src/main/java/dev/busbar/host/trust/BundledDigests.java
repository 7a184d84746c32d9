package dev.busbar.host.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digests of bundled jars: those of the distribution's list, and those of the lists of earlier distributions, which
 * this node remembers in a file of its data directory. The store has no say in it. Thread-safe.
 */
final class BundledDigests {
    private static final Logger LOG = LoggerFactory.getLogger(BundledDigests.class);

    private final DigestList current;
    private final DigestList remembered;
    private final Complaints complaints = new Complaints();
    private final Object lock = new Object();
    private Set<String> noted = Set.of();

    /** Remembers the digests of the current list. */
    BundledDigests(Path list, Path memory) {
        this.current = new DigestList(list);
        this.remembered = new DigestList(memory);
        remember(current.read().digests());
    }

    boolean contains(String sha256) {
        DigestList.Read now = current.read();
        DigestList.Read before = remembered.read();
        complaints.log(List.of(now, before).stream()
                .flatMap(read -> read.fault().stream())
                .toList());
        remember(now.digests());
        return now.digests().contains(sha256) || before.digests().contains(sha256);
    }

    /** Adds digests to the file, unless that is invalid: then an operator must look at it first. */
    private void remember(Set<String> digests) {
        synchronized (lock) {
            if (noted.containsAll(digests)) {
                return;
            }
            DigestList.Read before = remembered.read();
            Set<String> all = new HashSet<>(before.digests());
            if (before.fault().isEmpty() && all.addAll(digests)) {
                write(all);
            }
            noted = Set.copyOf(digests);
        }
    }

    private void write(Set<String> digests) {
        Path file = remembered.file();
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        String text = new TreeSet<>(digests)
                .stream().map(digest -> digest + "  bundled\n").collect(Collectors.joining());
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} could not be written: after an upgrade, jars of this distribution need a signature", file, e);
        }
    }
}
