package dev.busbar.host.issuers;

import dev.busbar.host.jwt.KeySet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A key set in a file, which may be replaced at any time. Stateless. */
final class KeyFile implements KeyFetch {
    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    @Override
    public byte[] fetch() throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException("no such file: " + path);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] octets = in.readNBytes(KeySet.MAX_BYTES + 1);
            if (octets.length > KeySet.MAX_BYTES) {
                throw new IOException(path + " is larger than " + KeySet.MAX_BYTES + " octets");
            }
            return octets;
        }
    }
}
