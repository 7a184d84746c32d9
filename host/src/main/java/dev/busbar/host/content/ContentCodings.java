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

/** Content codings: which responses are compressed, and for which clients (RFC 9110 sections 8.4 and 12.5.3). Stateless. */
public final class ContentCodings {
    /** The min size of a body; below it, compression saves next to nothing. */
    public static final int MIN_BYTES = 1024;

    private static final int FULL_WEIGHT = 1000;
    private static final int ABSENT = -1;

    private ContentCodings() {}

    /** Returns whether a response is compressed for clients that accept it: compressible, and streaming or long enough. */
    public static boolean isWorth(Answer answer) {
        return (!answer.isBuffered() || answer.body().length >= MIN_BYTES) && isCompressible(answer.fields());
    }

    /**
     * Returns whether a response with these headers may be compressed at all: text without a content coding, and neither
     * {@code no-transform} nor {@code no-store}. Responses with credentials have the latter: compressed together with
     * text that a client chooses, their length would reveal them (BREACH).
     */
    public static boolean isCompressible(Map<String, String> headers) {
        String type = headers.get("content-type");
        if (type == null || headers.containsKey("content-encoding") || headers.containsKey("content-range")) {
            return false;
        }
        String cacheControl = headers.get("cache-control");
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
            case "text/event-stream" -> false; // events are small and sent one by one
            default -> type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml");
        };
    }

    /** Returns whether a client accepts gzip with at least the weight of identity; malformed codings are ignored. */
    public static boolean acceptsGzip(List<String> acceptEncoding) {
        int gzip = ABSENT;
        int any = ABSENT;
        int identity = ABSENT;
        for (String value : acceptEncoding) {
            int from = 0;
            while (from <= value.length()) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                int semicolon = value.indexOf(';', from);
                int end = semicolon < 0 || semicolon > to ? to : semicolon;
                int weight = end == to ? FULL_WEIGHT : weight(value.substring(end + 1, to));
                if (weight != ABSENT) {
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
        int wanted = gzip == ABSENT ? any : gzip;
        return wanted > 0 && wanted >= identity;
    }

    /** The weight {@code q=0.8} in thousandths; {@link #ABSENT} if it is malformed. */
    private static int weight(String parameter) {
        String text = parameter.strip();
        if (text.length() < 3 || text.length() > 7 || !text.regionMatches(true, 0, "q=", 0, 2)) {
            return ABSENT;
        }
        char whole = text.charAt(2);
        boolean pointed = text.length() == 3 || text.charAt(3) == '.';
        if ((whole != '0' && whole != '1') || !pointed) {
            return ABSENT;
        }
        int fraction = 0;
        int scale = 100;
        for (int i = 4; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return ABSENT;
            }
            fraction += (c - '0') * scale;
            scale /= 10;
        }
        int weight = (whole - '0') * FULL_WEIGHT + fraction;
        return weight > FULL_WEIGHT ? ABSENT : weight;
    }

    /** The compressed body; null if it is not smaller. */
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
