package dev.busbar.host.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The configured signers, reread for each use: uses are rare, and a change by the operator takes effect immediately.
 * Immutable.
 *
 * @param place a folder with files {@code *.pem}, or one file
 */
record Signers(Path place) {
    private static final String EXTENSION = ".pem";

    /**
     * The content of the files.
     *
     * @param signers the signers with a valid file
     * @param faults the faults of the others
     */
    record Read(List<Signer> signers, List<Fault> faults) {}

    /**
     * A fault of a file.
     *
     * @param expectation the expected content
     */
    record Fault(Path file, String expectation) {
        @Override
        public String toString() {
            return file + " (expected: " + expectation + ")";
        }
    }

    Read read() {
        List<Signer> signers = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        try {
            for (Path file : files()) {
                try {
                    signers.add(SignerFile.read(file));
                } catch (IOException e) {
                    faults.add(new Fault(file, "a readable file; " + e));
                } catch (IllegalArgumentException e) {
                    faults.add(new Fault(file, String.valueOf(e.getMessage())));
                }
            }
        } catch (IOException e) {
            faults.add(new Fault(place, "a readable folder; " + e));
        }
        return new Read(List.copyOf(signers), List.copyOf(faults));
    }

    private List<Path> files() throws IOException {
        if (Files.isRegularFile(place)) {
            return List.of(place);
        }
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(place)) {
            return all.filter(Signers::isSignerFile).sorted().toList();
        }
    }

    private static boolean isSignerFile(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(EXTENSION) && !name.startsWith(".") && !Files.isDirectory(file);
    }

    /** A text that differs after any change of the files. */
    String fingerprint() {
        StringBuilder all = new StringBuilder();
        try {
            for (Path file : files()) {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                all.append(file).append(' ').append(now.size()).append(' ').append(now.lastModifiedTime());
                all.append(' ').append(now.fileKey()).append('\n');
            }
        } catch (IOException e) {
            all.append(e);
        }
        return all.toString();
    }
}
