package dev.busbar.host.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The name of this node: made up at its first start, and kept in the file {@code node} of the data directory. */
final class NodeName {
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");

    private NodeName() {}

    /** Whether a host can have this name. */
    static boolean isOne(String name) {
        return SYNTAX.matcher(name).matches();
    }

    static String ensure(Path data) throws IOException {
        Path file = data.resolve("node");
        if (Files.exists(file)) {
            String name = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (!isOne(name)) {
                throw new IOException("node name: " + file + " holds none (expected: one word of small letters, digits,"
                        + " dots and hyphens; it was written at the first start)");
            }
            return name;
        }
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        String name = "node-" + HexFormat.of().formatHex(random);
        Secrets.write(file, name + "\n");
        return name;
    }
}
