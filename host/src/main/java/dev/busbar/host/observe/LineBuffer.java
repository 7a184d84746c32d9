package dev.busbar.host.observe;

import dev.busbar.host.observe.logging.OneLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable, growing buffer of JSON bytes. Texts are escaped: quotes, control characters, line separators, bidirectional
 * formatting characters; an unpaired surrogate becomes U+FFFD. Used by one thread.
 */
final class LineBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final char REPLACEMENT = '\ufffd';
    private static final int MAX_NUMBER_LENGTH = 20;
    private static final int MAX_ESCAPE_LENGTH = 6;

    private byte[] bytes = new byte[64 << 10];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** The content, valid until the next change. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** ASCII that needs no escaping. */
    void raw(byte[] ascii) {
        ensureCapacity(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
    }

    void raw(char ascii) {
        ensureCapacity(1);
        bytes[length++] = (byte) ascii;
    }

    /** A decimal number. */
    void number(long value) {
        ensureCapacity(MAX_NUMBER_LENGTH);
        if (value < 0) {
            bytes[length++] = '-';
        }
        int end = length + digits(value);
        long rest = value;
        for (int i = end - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        }
        length = end;
    }

    /** A number with a minimum of digits, such as {@code 007}. */
    void padded(int value, int width) {
        for (int i = digits(value); i < width; i++) {
            raw('0');
        }
        number(value);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** A text in quotes. */
    void text(String text) {
        ensureCapacity(2 + MAX_ESCAPE_LENGTH * text.length());
        raw('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                pair(Character.toCodePoint(c, text.charAt(i)));
            } else {
                special(Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        raw('"');
    }

    private void special(char c) {
        if (c == '"' || c == '\\') {
            bytes[length++] = '\\';
            bytes[length++] = (byte) c;
        } else if (!isPlain(c)) {
            escape(c);
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xc0 | (c >> 6));
            bytes[length++] = (byte) (0x80 | (c & 0x3f));
        } else {
            bytes[length++] = (byte) (0xe0 | (c >> 12));
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
            bytes[length++] = (byte) (0x80 | (c & 0x3f));
        }
    }

    private static boolean isPlain(char c) {
        return OneLine.isPlain(c) && c != '\t';
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 15];
        }
    }

    private void pair(int codePoint) {
        bytes[length++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    private void ensureCapacity(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
