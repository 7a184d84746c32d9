package dev.busbar.host.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A response before it is sent, without the headers that the host adds to every response. Used by the one thread that
 * sends it; steps registered with {@link Reply#onAnswer} read and change it.
 */
public final class Answer {
    /** The max size of the headers of a response, without those that the host adds. */
    static final int MAX_HEADER_BYTES = 16 * 1024;

    private static final int HEADER_OVERHEAD = 32;
    private static final byte[] NOTHING = new byte[0];
    /** The marker of a compressed body that was not smaller than the plain one. */
    public static final byte[] NOT_SMALLER = new byte[0];
    /** The initial capacity for headers: few responses have more, and it fits a map of 16 buckets. */
    private static final int TYPICAL_HEADERS = 12;
    /** Headers that belong to the server or the host; a plugin's own value for them is dropped. */
    private static final Set<String> OWNED = Set.of(
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-allow-origin",
            "access-control-allow-private-network",
            "access-control-expose-headers",
            "access-control-max-age",
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "ratelimit",
            "ratelimit-policy",
            "server",
            "strict-transport-security",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-content-type-options",
            "x-correlation-id");

    private final Map<String, String> fields = new LinkedHashMap<>(TYPICAL_HEADERS + 4);
    private final boolean buffered;
    private int headerBytes;
    private boolean clean;
    private int status;
    private byte[] body;
    private @Nullable Coding coding;
    private byte @Nullable [] compressed;

    /** A coding of a streaming body, such as compression. */
    @FunctionalInterface
    public interface Coding {
        /** A stream that writes encoded bytes to another one and ends with it. */
        OutputStream over(OutputStream out) throws IOException;
    }

    private Answer(int status, byte[] body, boolean buffered) {
        this.status = status;
        this.body = body;
        this.buffered = buffered;
    }

    private Answer with(Map<String, String> sent) {
        sent.forEach((name, value) -> {
            headerBytes += name.length() + value.length() + HEADER_OVERHEAD;
            fields.put(name.toLowerCase(Locale.ROOT), value);
        });
        return this;
    }

    /**
     * A buffered response.
     *
     * @param body its bytes, which the caller must not change any more
     */
    public static Answer buffered(int status, Map<String, String> fields, byte[] body) {
        return new Answer(status, body, true).with(fields);
    }

    /**
     * A buffered response that was sent before.
     *
     * @param fields the headers it had, as {@link #fields} returned them
     */
    public static Answer again(int status, Map<String, String> fields, byte[] body) {
        Answer answer = new Answer(status, body, true);
        answer.fields.putAll(fields);
        answer.clean = true;
        return answer;
    }

    static Answer streamed(int status, Map<String, String> fields) {
        return new Answer(status, NOTHING, false).with(fields);
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** Returns whether it is buffered; else its body is written after the head was sent. */
    public boolean isBuffered() {
        return buffered;
    }

    /** The body; empty for a streaming response. */
    public byte[] body() {
        return body;
    }

    /** The headers, by names in lower case; a view. */
    public Map<String, String> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** A header, by its name in lower case; null where it is not set. */
    public @Nullable String field(String name) {
        return fields.get(name);
    }

    /** Sets a header, by its name in lower case. */
    public void field(String name, String value) {
        fields.put(name, value);
    }

    /** Removes a header, by its name in lower case. */
    public void remove(String name) {
        fields.remove(name);
    }

    /** Adds a request header to {@code Vary}, unless it is there or {@code *} is. */
    public void varyOn(String header) {
        String vary = fields.get("vary");
        if (vary != null) {
            for (String name : vary.split(",", -1)) {
                if (name.strip().equalsIgnoreCase(header) || name.strip().equals("*")) {
                    return;
                }
            }
        }
        fields.merge("vary", header, (own, more) -> own + ", " + more);
    }

    /** Replaces the status. */
    public void status(int value) {
        status = value;
    }

    /**
     * Replaces the body.
     *
     * @throws IllegalStateException when it is a streaming response
     */
    public void body(byte[] value) {
        if (!buffered) {
            throw new IllegalStateException("the body of a streaming response cannot be replaced");
        }
        body = value;
        compressed = null;
    }

    /** Adds the body compressed with gzip, so that it is not compressed again. */
    public void compressed(byte[] gzip) {
        compressed = gzip;
    }

    /** The body compressed with gzip, or {@link #NOT_SMALLER}; null where it was not compressed. */
    public byte @Nullable [] compressed() {
        return compressed;
    }

    /** Replaces a buffered response by another one, such as a cached response. */
    public void replace(Answer other) {
        body(other.body);
        compressed = other.compressed;
        status = other.status;
        fields.clear();
        fields.putAll(other.fields);
    }

    /** Adds a coding of a streaming body; a later coding is the outer one. */
    public void code(Coding outer) {
        Coding inner = coding;
        coding = inner == null ? outer : out -> inner.over(outer.over(out));
    }

    /** Returns whether the headers of the producer take more than a server can be relied on to send. */
    boolean isHeaderTooLarge() {
        return headerBytes > MAX_HEADER_BYTES;
    }

    /** The size of the headers of the producer, each with the overhead that HTTP/2 counts (RFC 9113 section 6.5.2). */
    int headerBytes() {
        return headerBytes;
    }

    void dropOwned() {
        if (!clean) {
            fields.keySet().removeAll(OWNED);
        }
    }

    /** The headers themselves, for the host to complete. */
    Map<String, String> own() {
        return fields;
    }

    OutputStream coded(OutputStream out) throws IOException {
        return Optional.ofNullable(coding).orElse(plain -> plain).over(out);
    }
}
