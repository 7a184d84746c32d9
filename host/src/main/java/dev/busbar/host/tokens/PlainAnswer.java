package dev.busbar.host.tokens;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a GET on a connection that ends with it (RFC 9112), of which nothing but 200 with a plain body is taken.
 * For one thread and one answer.
 */
final class PlainAnswer {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,7})[ \\t]*(;.*)?");

    private final InputStream in;
    private int headLeft = LONGEST_HEAD;

    PlainAnswer(InputStream in) {
        this.in = in;
    }

    /**
     * The body.
     *
     * @param most its size at most; not more of it is read
     */
    byte[] body(int most) throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ") && !status.startsWith("HTTP/1.0 ")) {
            throw new IOException("the answer is no HTTP/1.1");
        }
        String code = status.substring(9, Math.min(12, status.length()));
        if (!code.equals("200")) {
            throw new IOException("the answer was " + (code.matches("\\d{3}") ? code : "malformed") + ", not 200");
        }
        Map<String, String> fields = fields();
        if (!fields.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
            throw new IOException("the answer is compressed, which nobody asked for");
        }
        String coding = fields.get("transfer-encoding");
        String length = fields.get("content-length");
        if (coding == null) {
            return length == null ? untilEnd(most) : ofLength(length, most);
        }
        if (length != null || !coding.equalsIgnoreCase("chunked")) {
            throw new IOException("the answer has an unknown transfer coding, or a length beside it");
        }
        return chunks(most);
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("the answer has a malformed field");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            @Nullable String before = fields.put(name, line.substring(colon + 1).strip());
            if (before != null && (name.equals("content-length") || name.equals("transfer-encoding"))) {
                throw new IOException("the answer has two fields " + name);
            }
        }
        return fields;
    }

    /** A line without its end; all of them together have a limit. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the answer ended early");
            }
            if (--headLeft < 0) {
                throw new IOException("the head of the answer is too large");
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private byte[] ofLength(String length, int most) throws IOException {
        if (!LENGTH.matcher(length).matches()) {
            throw new IOException("the length of the answer is no number");
        }
        return exactly(Integer.parseInt(length), most);
    }

    private byte[] exactly(int length, int most) throws IOException {
        requireFits(length, most);
        byte[] octets = in.readNBytes(length);
        if (octets.length < length) {
            throw new EOFException("the answer ended early");
        }
        return octets;
    }

    private byte[] untilEnd(int most) throws IOException {
        byte[] octets = in.readNBytes(most + 1);
        requireFits(octets.length, most);
        return octets;
    }

    private byte[] chunks(int most) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Matcher chunk = CHUNK.matcher(line());
            if (!chunk.matches()) {
                throw new IOException("the answer has a malformed chunk");
            }
            int length = Integer.parseInt(chunk.group(1), 16);
            if (length == 0) {
                return body.toByteArray();
            }
            body.write(exactly(length, most - body.size()));
            if (!line().isEmpty()) {
                throw new IOException("the answer has a malformed chunk");
            }
        }
    }

    private static void requireFits(int length, int most) throws IOException {
        if (length > most) {
            throw new IOException("the answer is larger than " + KeySet.LARGEST + " octets");
        }
    }
}
