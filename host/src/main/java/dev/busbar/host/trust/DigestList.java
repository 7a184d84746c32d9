package dev.busbar.host.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The digests of the jars that came with the host, as {@code sha256sum} writes them; read anew each time, because an
 * upgrade may replace the list under a running host. Immutable.
 *
 * @param file the list; there may be none
 */
record DigestList(Path file) {
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]\\S.*");

    /**
     * What was read.
     *
     * @param fault what is wrong with the list; it counts as empty then
     */
    record Read(Set<String> digests, Optional<Signers.Fault> fault) {}

    Read read() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            return bytes.length > MOST_BYTES
                    ? faulty("at most " + MOST_BYTES + " bytes")
                    : parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return new Read(Set.of(), Optional.empty());
        } catch (IOException e) {
            return faulty("a readable file; " + e);
        }
    }

    private Read parse(String text) {
        Set<String> digests = new HashSet<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                return faulty("lines of sha256sum: 64 hexadecimal digits, two spaces, a file name; line " + (i + 1)
                        + " is none");
            }
            digests.add(line.group(1));
        }
        return new Read(Set.copyOf(digests), Optional.empty());
    }

    private Read faulty(String expectation) {
        return new Read(Set.of(), Optional.of(new Signers.Fault(file, expectation)));
    }
}
