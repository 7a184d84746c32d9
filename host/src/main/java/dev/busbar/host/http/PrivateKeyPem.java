package dev.busbar.host.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key from PEM: {@code PRIVATE KEY} (PKCS#8, RFC 5958) of RSA or EC, {@code RSA PRIVATE KEY} (PKCS#1,
 * RFC 8017) and {@code EC PRIVATE KEY} (RFC 5915), the latter two put into the envelope of the first. Stateless.
 */
final class PrivateKeyPem {
    private static final String EXPECTED = "an unencrypted private key of RSA or EC in PEM";
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----\\s*([^-]*)-----END (RSA |EC |ENCRYPTED )?PRIVATE KEY-----");
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final byte[] RSA = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PrivateKeyPem() {}

    /** @throws IllegalArgumentException with what is expected */
    static PrivateKey parse(byte[] pem) {
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String kind = matcher.group(1) == null ? "" : matcher.group(1).strip();
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (kind) {
                case "RSA" -> key("RSA", envelope(RSA, der));
                case "EC" -> key("EC", envelope(concatenate(EC, curve(der)), der));
                case "ENCRYPTED" -> throw new IllegalArgumentException(EXPECTED + "; this one is encrypted");
                default -> plain(der);
            };
        } catch (GeneralSecurityException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(EXPECTED, e);
        }
    }

    private static PrivateKey plain(byte[] der) throws GeneralSecurityException {
        try {
            return key("RSA", der);
        } catch (GeneralSecurityException e) {
            return key("EC", der);
        }
    }

    private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return tagged(0x30, concatenate(VERSION, tagged(0x30, algorithm), tagged(0x04, key)));
    }

    /** The name of the curve, which such a key holds in its element [0]. */
    private static byte[] curve(byte[] der) throws GeneralSecurityException {
        int at = content(der, 0);
        while (at < der.length && der[at] != (byte) 0xa0) {
            at = content(der, at) + length(der, at);
        }
        if (at >= der.length) {
            throw new GeneralSecurityException("no curve is named");
        }
        int start = content(der, at);
        return java.util.Arrays.copyOfRange(der, start, start + length(der, at));
    }

    /** Where the content of the element at an offset starts. */
    private static int content(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1];
        if (first >= 0) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] tagged(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return concatenate(head, content);
    }

    private static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
