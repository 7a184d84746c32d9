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
 * An answer on its way out: what its producer said, without the fields that the host adds to every answer. Used by the
 * one thread that answers; steps registered with {@link Reply#onAnswer} read and change it.
 */
public final class Answer {
    private static final byte[] NOTHING = new byte[0];
    /** In the place of a compressed body: it was tried, and is not worth it. */
    public static final byte[] NOT_SMALLER = new byte[0];
    /** Few have more, those of the host included; a map of 16 buckets holds as many. */
    private static final int USUAL_FIELDS = 12;
    /** Fields that belong to the server or the host; a plugin's own value for them is dropped. */
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

    private final Map<String, String> fields = new LinkedHashMap<>(USUAL_FIELDS + 4);
    private final boolean whole;
    private boolean clean;
    private int status;
    private byte[] body;
    private @Nullable Coding coding;
    private byte @Nullable [] compressed;

    /** Encodes a streamed body, such as by compressing it. */
    @FunctionalInterface
    public interface Coding {
        /** A stream that writes encoded bytes to another one and ends with it. */
        OutputStream over(OutputStream out) throws IOException;
    }

    private Answer(int status, byte[] body, boolean whole) {
        this.status = status;
        this.body = body;
        this.whole = whole;
    }

    private Answer with(Map<String, String> sent) {
        sent.forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
        return this;
    }

    /**
     * One whose body is there already.
     *
     * @param body its bytes, which belong to it from now on
     */
    public static Answer whole(int status, Map<String, String> fields, byte[] body) {
        return new Answer(status, body, true).with(fields);
    }

    /**
     * One that was on its way out before.
     *
     * @param fields those it had, as {@link #fields} gave them
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

    /** Whether the body is there already; else it is written after the head was sent. */
    public boolean isWhole() {
        return whole;
    }

    /** The body; empty where it is streamed. */
    public byte[] body() {
        return body;
    }

    /** The fields, by names in lower case; a view. */
    public Map<String, String> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /** A field, by its name in lower case; null where it is not set. */
    public @Nullable String field(String name) {
        return fields.get(name);
    }

    /** Sets a field, by its name in lower case. */
    public void field(String name, String value) {
        fields.put(name, value);
    }

    /** Takes a field away, by its name in lower case. */
    public void remove(String name) {
        fields.remove(name);
    }

    /** Adds the name of a request header to {@code Vary}, unless it is there or {@code *} is. */
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

    /** Puts another status in place. */
    public void status(int value) {
        status = value;
    }

    /**
     * Puts another body in place.
     *
     * @throws IllegalStateException when the body is streamed
     */
    public void body(byte[] value) {
        if (!whole) {
            throw new IllegalStateException("the body of a streaming response cannot be replaced");
        }
        body = value;
        compressed = null;
    }

    /** Says that the body is there compressed with gzip too, so that nobody needs to do that again. */
    public void compressed(byte[] gzip) {
        compressed = gzip;
    }

    /** The body compressed with gzip, where somebody has done that, or {@link #NOT_SMALLER}; else null. */
    public byte @Nullable [] compressed() {
        return compressed;
    }

    /** Puts another whole answer in its place, such as one that was kept. Not for a streamed one. */
    public void replace(Answer other) {
        body(other.body);
        compressed = other.compressed;
        status = other.status;
        fields.clear();
        fields.putAll(other.fields);
    }

    /** Has a streamed body encoded; a later coding is the outer one. */
    public void code(Coding outer) {
        Coding inner = coding;
        coding = inner == null ? outer : out -> inner.over(outer.over(out));
    }

    void dropOwned() {
        if (!clean) {
            fields.keySet().removeAll(OWNED);
        }
    }

    /** The fields themselves, for the one that completes them. */
    Map<String, String> own() {
        return fields;
    }

    OutputStream coded(OutputStream out) throws IOException {
        return Optional.ofNullable(coding).orElse(plain -> plain).over(out);
    }
}
