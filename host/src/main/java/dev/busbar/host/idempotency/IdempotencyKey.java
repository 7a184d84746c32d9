package dev.busbar.host.idempotency;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Exchange;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The name that a client gives to what it wants done once (draft-ietf-httpapi-idempotency-key-header), within the names
 * that one caller gives on one platform.
 *
 * @param caller stands for the principal
 * @param platform the platform's id
 * @param name as the client gave it
 */
record IdempotencyKey(String caller, String platform, String name) {
    static final String FIELD = "idempotency-key";

    private static final int LONGEST = 255;

    /**
     * Reads it.
     *
     * @throws ProblemException 400 when it is malformed, or nobody is known whose name it could be
     */
    static IdempotencyKey of(Invocation invocation) {
        String name = parse(invocation.exchange().headers(FIELD));
        Caller caller = invocation
                .caller()
                .orElseThrow(() -> refusal("requires authentication, because a key belongs to a principal"));
        String who = caller.principal().kind() + "\n" + caller.principal().id();
        return new IdempotencyKey(
                hex(sha256(who.getBytes(StandardCharsets.UTF_8))),
                invocation.endpoint().platform(),
                name);
    }

    /** A string of RFC 9651 section 3.3.3 in quotes, or without them as many clients send it. */
    static String parse(List<String> sent) {
        if (sent.size() != 1) {
            throw refusal("was sent " + sent.size() + " times (expected: once)");
        }
        String value = sent.get(0).strip();
        String name = value.startsWith("\"") ? unquoted(value) : bare(value);
        if (name.isEmpty() || name.length() > LONGEST) {
            throw refusal("has " + name.length() + " characters (expected: 1 to " + LONGEST + ")");
        }
        if (!name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw refusal("contains characters other than visible ASCII");
        }
        return name;
    }

    private static String unquoted(String value) {
        StringBuilder name = new StringBuilder(value.length());
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                if (i + 1 == value.length()) {
                    return name.toString();
                }
                throw refusal("continues after its closing quote (expected: one string)");
            }
            if (c == '\\') {
                i++;
                c = i < value.length() ? value.charAt(i) : ' ';
                if (c != '"' && c != '\\') {
                    throw refusal("escapes what needs none (expected: \\\" or \\\\)");
                }
            }
            name.append(c);
        }
        throw refusal("has no closing quote");
    }

    /** What would make it a list, a string or something with parameters is not part of a bare one. */
    private static String bare(String value) {
        if (value.chars().anyMatch(c -> c == '"' || c == ',' || c == ';' || c == '\\')) {
            throw refusal("needs quotes around it");
        }
        return value;
    }

    private static ProblemException refusal(String what) {
        return ProblemException.badRequest("the header Idempotency-Key " + what);
    }

    /** What tells one request from another under the same name. */
    static String fingerprint(Invocation invocation, byte[] body) {
        Exchange exchange = invocation.exchange();
        String asked = String.join(
                "\n",
                exchange.method(),
                invocation.path().value(),
                exchange.rawQuery(),
                String.join(",", exchange.headers("content-type")),
                hex(sha256(body)));
        return hex(sha256(asked.getBytes(StandardCharsets.UTF_8)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every JDK", e);
        }
    }
}
