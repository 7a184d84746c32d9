package dev.busbar.host.admin;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of a body of {@code application/x-www-form-urlencoded}, each once. Immutable. */
final class Form {
    static final String MEDIA_TYPE = "application/x-www-form-urlencoded";
    static final int MAX_BYTES = 16 * 1024;

    private static final int MAX_FIELDS = 32;

    private final Map<String, String> fields;

    private Form(Map<String, String> fields) {
        this.fields = fields;
    }

    /**
     * Reads the body of a request.
     *
     * @throws dev.busbar.plugin.ProblemException 400 when it is malformed, or a field is there twice
     */
    static Form read(Request request) {
        try {
            return parse(request.body().readNBytes(MAX_BYTES + 1));
        } catch (IOException e) {
            throw new UncheckedIOException("the body could not be read", e);
        }
    }

    static Form parse(byte[] body) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text(body).split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                if (fields.put(name, value) != null || fields.size() > MAX_FIELDS) {
                    throw TokenErrors.of(
                            ProblemType.INVALID_REQUEST,
                            "too many fields, or one field twice (expected: each field once)");
                }
            }
        }
        return new Form(fields);
    }

    private static String text(byte[] body) {
        return strict(body, "the body is not UTF-8");
    }

    private static String decode(String encoded) {
        try {
            String octets = URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1);
            return strict(octets.getBytes(StandardCharsets.ISO_8859_1), "a field is not UTF-8");
        } catch (IllegalArgumentException e) {
            throw TokenErrors.of(ProblemType.INVALID_REQUEST, "a field has an invalid percent-encoding");
        }
    }

    private static String strict(byte[] octets, String otherwise) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw TokenErrors.of(ProblemType.INVALID_REQUEST, otherwise);
        }
    }

    /** A field; an empty value counts as absent (RFC 6749 section 3.2). */
    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
    }
}
