package dev.busbar.host.inbox;

import dev.busbar.host.lifecycle.Consent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the small files beside a jar, {@code .sig} and {@code .allow}. Whoever may write the folder decides what they are:
 * a link to anywhere, or a file of any size, of which only the first bytes are read. Stateless.
 */
final class Companion {
    private static final Logger LOG = LoggerFactory.getLogger(Companion.class);
    private static final int MAX_BYTES = 8 << 10;

    private Companion() {}

    /** The consent in an {@code .allow} file; none where there is no such file, or it is too large. */
    static Consent consent(Path allow) {
        Optional<String> text = read(allow);
        if (text.filter(words -> words.length() > MAX_BYTES).isPresent()) {
            LOG.warn("{} has more than {} bytes; it is ignored", allow, MAX_BYTES);
            return Consent.NONE;
        }
        return text.map(Consent::parse).orElse(Consent.NONE);
    }

    /** The first bytes of a file; empty where it cannot be read. */
    static Optional<String> read(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (!now.isRegularFile()) {
                return Optional.empty(); // a pipe or a device would be read for ever
            }
            if (now.size() == 0) {
                return Optional.of(""); // not opened: a file of the kernel says that it is empty, and may not be
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(new String(in.readNBytes(MAX_BYTES + 1), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
