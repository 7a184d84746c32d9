package dev.busbar.host.observe;

import dev.busbar.host.observe.logging.OneLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Encodes entries of the access log: one JSON object per line, with all members in a fixed order; {@code traceId} is
 * omitted if there is none. Used by the writer thread only.
 */
final class AccessLineEncoder {
    private static final byte[] TS = name("{", "ts");
    private static final byte[] LEVEL = name(",", "level");
    private static final byte[] TYPE = ascii(",\"type\":\"access\"");
    private static final byte[] CORRELATION_ID = name(",", "correlationId");
    private static final byte[] TRACE_ID = name(",", "traceId");
    private static final byte[] PLATFORM = name(",", "platform");
    private static final byte[] GENERATION = name(",", "generation");
    private static final byte[] ROUTE = name(",", "route");
    private static final byte[] METHOD = name(",", "method");
    private static final byte[] PATH = name(",", "path");
    private static final byte[] STATUS = name(",", "status");
    private static final byte[] BYTES = name(",", "bytes");
    private static final byte[] DURATION = name(",", "durationMs");
    private static final byte[] HANDLER = name(",", "handlerMs");
    private static final byte[] PRINCIPAL = name(",", "principal");
    private static final byte[] KEY_ID = name(",", "keyId");
    private static final byte[] CLIENT_IP = name(",", "clientIp");
    private static final byte[] CACHE = name(",", "cache");
    private static final byte[] RATE_LIMIT = name(",", "ratelimit");
    private static final byte[] USER_AGENT = name(",", "userAgent");
    private static final byte[] INFO = ascii("\"INFO\"");
    private static final byte[] WARN = ascii("\"WARN\"");
    private static final byte[] NULL = ascii("null");
    private static final byte[] END = ascii("}\n");

    private long second = Long.MIN_VALUE;
    private byte[] upToSecond = {};

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] name(String before, String name) {
        return ascii(before + "\"" + name + "\":");
    }

    /** Appends an entry with its line end. */
    void encode(AccessLine line, LineBuffer out) {
        out.raw(TS);
        time(line.atMillis(), out);
        out.raw(LEVEL);
        out.raw(line.complete() && line.status() < 500 ? INFO : WARN);
        out.raw(TYPE);
        out.raw(CORRELATION_ID);
        out.text(OneLine.redacted(line.correlationId()));
        String traceId = TraceParent.traceId(line.traceparent());
        if (!traceId.isEmpty()) {
            out.raw(TRACE_ID);
            out.text(traceId);
        }
        target(line.target(), out);
        out.raw(METHOD);
        out.text(OneLine.redacted(line.method()));
        out.raw(PATH);
        out.text(OneLine.redacted(line.path()));
        numbers(line, out);
        textOrNull(PRINCIPAL, line.principal(), out);
        textOrNull(KEY_ID, line.keyId(), out);
        textOrNull(CLIENT_IP, line.clientIp(), out);
        textOrNull(CACHE, line.cache(), out);
        textOrNull(RATE_LIMIT, line.rateLimit(), out);
        textOrNull(USER_AGENT, OneLine.redacted(line.userAgent()), out);
        out.raw(END);
    }

    private static void target(AccessLine.Target target, LineBuffer out) {
        out.raw(PLATFORM);
        out.text(target.platform());
        out.raw(GENERATION);
        out.number(target.generation());
        out.raw(ROUTE);
        out.text(target.route());
    }

    private static void numbers(AccessLine line, LineBuffer out) {
        out.raw(STATUS);
        out.number(line.status());
        out.raw(BYTES);
        out.number(line.bytes());
        out.raw(DURATION);
        millis(line.durationNanos(), out);
        out.raw(HANDLER);
        millis(line.handlerNanos(), out);
    }

    private static void millis(long nanos, LineBuffer out) {
        long micros = Math.max(0, nanos) / 1_000;
        out.number(micros / 1_000);
        out.raw('.');
        out.padded((int) (micros % 1_000), 3);
    }

    private static void textOrNull(byte[] name, String value, LineBuffer out) {
        out.raw(name);
        if (value.isEmpty()) {
            out.raw(NULL);
        } else {
            out.text(value);
        }
    }

    /** RFC 3339 in UTC; the part up to the second is cached. */
    private void time(long atMillis, LineBuffer out) {
        long now = Math.floorDiv(atMillis, 1_000L);
        if (now != second) {
            String text = Instant.ofEpochSecond(now).toString();
            upToSecond = ascii("\"" + text.substring(0, text.length() - 1) + ".");
            second = now;
        }
        out.raw(upToSecond);
        out.padded((int) Math.floorMod(atMillis, 1_000L), 3);
        out.raw('Z');
        out.raw('"');
    }
}
