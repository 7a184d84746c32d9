package dev.busbar.host.jwt;

import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signed token in compact form (RFC 7515 section 7.1), parsed: three parts of canonical base64url, and a header that can
 * be read in one way only. Its signature is not verified. Immutable.
 *
 * @param text the whole token
 * @param header the members of its header
 * @param payload the bytes of its payload
 */
record CompactForm(String text, Map<String, @Nullable Object> header, byte[] payload) {
    /** Limit on the length of a token; own tokens are below 1 KiB. */
    static final int MAX_LENGTH = 8 * 1024;

    private static final int[] VALUES = values();

    private static int[] values() {
        int[] values = new int[128];
        Arrays.fill(values, -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = i;
        }
        return values;
    }

    /**
     * Parses a token. Costs no more than one pass through its characters, whatever the text is.
     *
     * @throws InvalidTokenException when the text is not exactly of that form, or needs a feature that is not supported:
     *     critical extensions, detached payloads, compression, encryption
     */
    static CompactForm read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw InvalidTokenException.because("it is longer than " + MAX_LENGTH + " characters");
        }
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            throw InvalidTokenException.because("it does not have three parts");
        }
        requireCanonical(text, 0, first);
        requireCanonical(text, first + 1, second);
        requireCanonical(text, second + 1, text.length());
        Map<String, @Nullable Object> header = StrictJson.object(decode(text, 0, first));
        for (String name : new String[] {"crit", "b64", "zip", "enc"}) {
            if (header.containsKey(name)) {
                throw InvalidTokenException.because("its header has the member " + name);
            }
        }
        return new CompactForm(text, header, decode(text, first + 1, second));
    }

    /** A text member of the header; empty when it is absent or anything but text. */
    Optional<String> headerText(String name) {
        return header.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /**
     * Requires the one spelling that a sequence of bytes has: the alphabet of RFC 4648 section 5 without padding, and zeros
     * in the unused bits of the last character. Rejects an empty part and a superfluous dot too.
     */
    private static void requireCanonical(String text, int from, int to) {
        int length = to - from;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 128 || VALUES[c] < 0) {
                throw InvalidTokenException.because("it holds a character that is not of base64url");
            }
        }
        int unused = length % 4 == 2 ? 0b1111 : length % 4 == 3 ? 0b11 : 0;
        if (length == 0 || length % 4 == 1 || (VALUES[text.charAt(to - 1)] & unused) != 0) {
            throw InvalidTokenException.because("a part of it is not canonical base64url");
        }
    }

    private static byte[] decode(String text, int from, int to) {
        return Base64.getUrlDecoder().decode(text.substring(from, to));
    }

    /** Without the token, which must not get into a log. */
    @Override
    public String toString() {
        return "CompactForm[" + text.length() + " characters]";
    }
}
