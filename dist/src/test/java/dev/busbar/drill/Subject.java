package dev.busbar.drill;

import dev.busbar.drill.plugin.DrillPlatform;
import dev.busbar.rig.PluginArchive;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A plugin under change, and its state as known outside of the host. Thread-safe. */
final class Subject {
    private static final PluginArchive ARCHIVE = new PluginArchive(DrillPlatform.class);

    final String id;
    final Possible possible = new Possible(Wanted.first(1));
    private final AtomicInteger serials = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, String> digests = new ConcurrentHashMap<>();

    /**
     * A new jar.
     *
     * @param serial the number in its version and in its responses
     */
    record Jar(int serial, byte[] bytes) {}

    Subject(String id) {
        this.id = id;
    }

    /** A jar of the next version with a given start time. */
    Jar nextJar(int startMillis) {
        int serial = serials.incrementAndGet();
        byte[] bytes = jar(id, serial, startMillis);
        digests.put(serial, sha256(bytes));
        return new Jar(serial, bytes);
    }

    static byte[] jar(String id, int serial, int startMillis) {
        return ARCHIVE.pack(id, "1." + serial + ".0", List.of("serial=" + serial, "startMillis=" + startMillis));
    }

    /** A number for a new configuration. */
    int nextNumber() {
        return numbers.incrementAndGet();
    }

    /** The digest of the jar of a serial. */
    String digest(int serial) {
        return digests.getOrDefault(serial, "");
    }

    /** Its path in a drop folder. */
    Path file(Path drop) {
        return drop.resolve(id + ".jar");
    }

    static String sha256(byte[] jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
