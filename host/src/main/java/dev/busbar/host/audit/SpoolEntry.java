package dev.busbar.host.audit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A containment act that waits. Immutable.
 *
 * @param id by which it is known in the chain, so that it gets there once
 * @param kind whose applier carries it out
 * @param payload what that has to know
 * @param at when it was asked for
 */
record SpoolEntry(String id, String kind, String payload, Instant at, AuditEvent event) {
    private static final int FORMAT = 1;

    static SpoolEntry fresh(String kind, String payload, Instant at, AuditEvent event) {
        return new SpoolEntry(UUID.randomUUID().toString(), kind, payload, at, Texts.fit(event));
    }

    byte[] encode() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        write(out, id);
        write(out, kind);
        write(out, payload);
        out.writeLong(Nanos.of(at));
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

    /** What {@link #encode} has written. */
    static SpoolEntry decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("audit spool: an entry of format " + format + " (expected: " + FORMAT
                    + "; it was written by a newer host, which must chain it)");
        }
        String id = read(in);
        String kind = read(in);
        String payload = read(in);
        Instant at = Nanos.toInstant(in.readLong());
        return new SpoolEntry(id, kind, payload, at, event(in));
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
