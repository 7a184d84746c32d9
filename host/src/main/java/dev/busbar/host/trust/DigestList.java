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
 * The digests of the bundled jars in the format of {@code sha256sum}, reread for each look-up, because an upgrade may
 * replace the list while the host runs. Immutable.
 *
 * @param file the list; it need not exist
 */
record DigestList(Path file) {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]\\S.*");

    /**
     * The content of the list.
     *
     * @param fault the fault of an invalid list, which counts as empty
     */
    record Read(Set<String> digests, Optional<Signers.Fault> fault) {}

    Read read() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? faulty("at most " + MAX_BYTES + " bytes")
                    : parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return new Read(Set.of(), Optional.empty());
        } catch (IOException e) {
            return faulty("a readable file; " + e);
        }
    }

    private Read parse(String text) {
        Set<String> digests = new HashSet<>();
        // Without the byte order mark that some editors put first.
        List<String> lines = text.replaceFirst("^\ufeff", "").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                return faulty("lines of sha256sum: 64 hexadecimal digits, two spaces, a file name; line " + (i + 1)
                        + " is not one");
            }
            digests.add(line.group(1));
        }
        return new Read(Set.copyOf(digests), Optional.empty());
    }

    private Read faulty(String expectation) {
        return new Read(Set.of(), Optional.of(new Signers.Fault(file, expectation)));
    }
}
