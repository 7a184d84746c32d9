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
 * An idempotency key (draft-ietf-httpapi-idempotency-key-header), unique for a principal on one platform.
 *
 * @param caller the digest of the principal
 * @param platform the platform's id
 * @param name the key as the client sent it, without quotes
 */
record IdempotencyKey(String caller, String platform, String name) {
    static final String HEADER = "idempotency-key";

    private static final int MAX_LENGTH = 255;

    /**
     * Reads the key of a request.
     *
     * @throws ProblemException 400 if it is malformed, or the request is not authenticated
     */
    static IdempotencyKey of(Invocation invocation) {
        String name = parse(invocation.exchange().headers(HEADER));
        Caller caller = invocation
                .caller()
                .orElseThrow(() -> malformed("requires authentication, because a key belongs to a principal"));
        String principal = caller.principal().kind() + "\n" + caller.principal().id();
        return new IdempotencyKey(
                hex(sha256(principal.getBytes(StandardCharsets.UTF_8))),
                invocation.endpoint().platform(),
                name);
    }

    /** Parses a string of RFC 9651 section 3.3.3, or a bare one, as many clients send it. */
    static String parse(List<String> sent) {
        if (sent.size() != 1) {
            throw malformed("was sent " + sent.size() + " times (expected: once)");
        }
        String value = sent.get(0).strip();
        String name = value.startsWith("\"") ? unquoted(value) : bare(value);
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw malformed("has " + name.length() + " characters (expected: 1 to " + MAX_LENGTH + ")");
        }
        if (!name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw malformed("contains characters other than visible ASCII");
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
                throw malformed("continues after its closing quote (expected: one string)");
            }
            if (c == '\\') {
                i++;
                c = i < value.length() ? value.charAt(i) : ' ';
                if (c != '"' && c != '\\') {
                    throw malformed("escapes a character that needs no escape (expected: \\\" or \\\\)");
                }
            }
            name.append(c);
        }
        throw malformed("has no closing quote");
    }

    /** A bare key contains no character that would make it a list, a string or an item with parameters. */
    private static String bare(String value) {
        if (value.chars().anyMatch(c -> c == '"' || c == ',' || c == ';' || c == '\\')) {
            throw malformed("needs quotes around it");
        }
        return value;
    }

    private static ProblemException malformed(String what) {
        return ProblemException.badRequest("the header Idempotency-Key " + what);
    }

    /** The digest of the request, by which requests with the same key are compared. */
    static String fingerprint(Invocation invocation, byte[] body) {
        Exchange exchange = invocation.exchange();
        String request = String.join(
                "\n",
                exchange.method(),
                invocation.path().value(),
                exchange.rawQuery(),
                String.join(",", exchange.headers("content-type")),
                hex(sha256(body)));
        return hex(sha256(request.getBytes(StandardCharsets.UTF_8)));
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
