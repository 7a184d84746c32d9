package dev.busbar.host.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The signers there are, read anew each time they are asked for: that is rare, and so what an operator changes holds at
 * once. Immutable.
 *
 * @param place a folder with files {@code *.pem}, or one file
 */
record Signers(Path place) {
    private static final String NAMES = ".pem";

    /**
     * What was read.
     *
     * @param signers those whose file is in order
     * @param faults what is wrong with the others
     */
    record Read(List<Signer> signers, List<Fault> faults) {}

    /**
     * A file that is not in order.
     *
     * @param expectation what would be right
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
            return all.filter(Signers::counts).sorted().toList();
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(NAMES) && !name.startsWith(".") && !Files.isDirectory(file);
    }

    /** Another text as soon as something there has changed. */
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
