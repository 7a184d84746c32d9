package dev.busbar.host.auditchain;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/**
 * Canonical encoding of values for hashes and signatures: every text after its length, every optional text after a flag,
 * and a domain before all of them, so that no two different lists of values, and no values of two domains, have the same
 * bytes. For one thread.
 */
final class Canonical {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final DataOutputStream out = new DataOutputStream(bytes);

    /**
     * An encoding that begins with the domain.
     *
     * @param domain names the kind of object that the values belong to
     */
    Canonical(String domain) {
        add(domain);
    }

    Canonical add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return write(() -> {
            out.writeInt(utf8.length);
            out.write(utf8);
        });
    }

    Canonical add(long number) {
        return write(() -> out.writeLong(number));
    }

    Canonical add(Instant time) {
        return write(() -> {
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        });
    }

    Canonical add(Optional<String> text) {
        write(() -> out.writeBoolean(text.isPresent()));
        return text.map(this::add).orElse(this);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(toBytes());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private Canonical write(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be written", e);
        }
    }
}
