package dev.busbar.host.content;

import dev.busbar.host.pipeline.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What may be compressed, for whom, and how (RFC 9110 sections 8.4 and 12.5.3). Stateless. */
public final class ContentCodings {
    /** Below this a compressed answer is hardly smaller on the wire. */
    public static final int LEAST_BYTES = 1024;

    private static final int WEIGHT_OF_ONE = 1000;
    private static final int UNSAID = -1;

    private ContentCodings() {}

    /** Whether an answer is to be compressed for who takes it: long enough, or a stream, and compressible. */
    public static boolean isWorth(Answer answer) {
        return (!answer.isWhole() || answer.body().length >= LEAST_BYTES) && isCompressible(answer.fields());
    }

    /**
     * Whether an answer with these fields may be compressed at all: text of some kind, not coded yet, and neither
     * forbidden by {@code no-transform} nor {@code no-store}. The latter is how credentials are answered, and those are
     * not to be mixed with what a client can choose and then measured by their length (BREACH).
     */
    public static boolean isCompressible(Map<String, String> fields) {
        String type = fields.get("content-type");
        if (type == null || fields.containsKey("content-encoding") || fields.containsKey("content-range")) {
            return false;
        }
        String cacheControl = fields.get("cache-control");
        if (cacheControl != null) {
            String lower = cacheControl.toLowerCase(Locale.ROOT);
            if (lower.contains("no-transform") || lower.contains("no-store")) {
                return false;
            }
        }
        return isText(type);
    }

    private static boolean isText(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json",
                    "application/xml",
                    "application/javascript",
                    "application/x-ndjson",
                    "application/yaml",
                    "application/openmetrics-text" -> true;
            case "text/event-stream" -> false; // small, and each one at once
            default -> type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml");
        };
    }

    /** Whether a client accepts gzip with at least the weight of identity; malformed codings are ignored. */
    public static boolean acceptsGzip(List<String> acceptEncoding) {
        int gzip = UNSAID;
        int any = UNSAID;
        int identity = UNSAID;
        for (String value : acceptEncoding) {
            int from = 0;
            while (from <= value.length()) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                int semicolon = value.indexOf(';', from);
                int end = semicolon < 0 || semicolon > to ? to : semicolon;
                int weight = end == to ? WEIGHT_OF_ONE : weight(value.substring(end + 1, to));
                if (weight != UNSAID) {
                    switch (value.substring(from, end).strip().toLowerCase(Locale.ROOT)) {
                        case "gzip", "x-gzip" -> gzip = Math.max(gzip, weight);
                        case "*" -> any = Math.max(any, weight);
                        case "identity" -> identity = Math.max(identity, weight);
                        default -> {}
                    }
                }
                from = to + 1;
            }
        }
        int wanted = gzip == UNSAID ? any : gzip;
        return wanted > 0 && wanted >= identity;
    }

    /** Thousandths of {@code q=0.8}; {@link #UNSAID} for what is no weight. */
    private static int weight(String parameter) {
        String text = parameter.strip();
        if (text.length() < 3 || text.length() > 7 || !text.regionMatches(true, 0, "q=", 0, 2)) {
            return UNSAID;
        }
        char whole = text.charAt(2);
        boolean pointed = text.length() == 3 || text.charAt(3) == '.';
        if ((whole != '0' && whole != '1') || !pointed) {
            return UNSAID;
        }
        int fraction = 0;
        int scale = 100;
        for (int i = 4; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return UNSAID;
            }
            fraction += (c - '0') * scale;
            scale /= 10;
        }
        int weight = (whole - '0') * WEIGHT_OF_ONE + fraction;
        return weight > WEIGHT_OF_ONE ? UNSAID : weight;
    }

    /** A body compressed; null when that makes it no smaller. */
    public static byte @Nullable [] gzip(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(64, body.length / 2));
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes could not be written to memory", e);
        }
        return bytes.size() < body.length ? bytes.toByteArray() : null;
    }
}
