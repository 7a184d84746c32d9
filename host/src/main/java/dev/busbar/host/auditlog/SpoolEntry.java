package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A spooled containment action. Immutable.
 *
 * @param id its id in the chain, so that it is recorded once
 * @param action the action, whose handler applies it
 * @param payload the input of that handler
 * @param at when it was requested
 */
record SpoolEntry(String id, String action, String payload, Instant at, AuditEvent event) {
    private static final int FORMAT = 1;

    static SpoolEntry fresh(String payload, Instant at, AuditEvent event) {
        return new SpoolEntry(UUID.randomUUID().toString(), event.action(), payload, at, Texts.fit(event));
    }

    byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        write(out, id);
        write(out, action);
        write(out, payload);
        out.writeLong(ChronoUnit.NANOS.between(Instant.EPOCH, at));
        write(out, event.action());
        write(out, event.target());
        write(out, event.outcome().name());
        Actor actor = event.actor();
        write(out, actor.id());
        write(out, actor.kind());
        write(out, actor.keyId());
        write(out, actor.address());
        write(out, actor.correlationId());
        out.writeInt(event.details().size());
        for (Map.Entry<String, String> detail : event.details().entrySet()) {
            write(out, detail.getKey());
            write(out, detail.getValue());
        }
        return bytes.toByteArray();
    }

    /** Reads the bytes of {@link #encode}. */
    static SpoolEntry decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("audit spool: an entry of format " + format + " (expected: " + FORMAT
                    + "; a newer host wrote it and must store it)");
        }
        String id = read(in);
        String action = read(in);
        String payload = read(in);
        Instant at = Instant.EPOCH.plusNanos(in.readLong());
        return new SpoolEntry(id, action, payload, at, event(in));
    }

    private static AuditEvent event(DataInputStream in) throws IOException {
        String action = read(in);
        String target = read(in);
        AuditEvent.Outcome outcome = AuditEvent.Outcome.valueOf(read(in));
        Actor actor = new Actor(read(in), read(in), optional(in), optional(in), optional(in));
        Map<String, String> details = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            details.put(read(in), read(in));
        }
        return new AuditEvent(action, actor, target, outcome, details);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static void write(DataOutputStream out, Optional<String> text) throws IOException {
        out.writeBoolean(text.isPresent());
        if (text.isPresent()) {
            write(out, text.get());
        }
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static Optional<String> optional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(read(in)) : Optional.empty();
    }
}
