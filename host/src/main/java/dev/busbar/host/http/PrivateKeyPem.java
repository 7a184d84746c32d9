package dev.busbar.host.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of an unencrypted RSA or EC private key in PEM, in each form that OpenSSL, Go and cert-manager write: PKCS#8
 * (RFC 5958), PKCS#1 for RSA (RFC 8017), SEC 1 for EC (RFC 5915), with or without the public key. Other blocks of the
 * file, such as certificates, are ignored. Stateless.
 */
final class PrivateKeyPem {
    private static final String EXPECTED = "an unencrypted RSA or EC private key in PEM";
    private static final String CONVERT = ": openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key";
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ((?:[A-Z]+ )?)PRIVATE KEY-----\\s*([^-]*)-----END (?:[A-Z]+ )?PRIVATE KEY-----");
    private static final Pattern CURVE =
            Pattern.compile("-----BEGIN EC PARAMETERS-----\\s*([^-]*)-----END EC PARAMETERS-----");
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    private static final int PARAMETERS = 0xa0;

    private PrivateKeyPem() {}

    /** @throws IllegalArgumentException with the expectation, and the command that converts another form */
    static PrivateKey parse(byte[] pem) {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        Matcher matcher = BLOCK.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String form = matcher.group(1);
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (form) {
                case "" -> key(der);
                case "RSA " -> key(sequence(VERSION, RSA, element(OCTETS, der)));
                case "EC " ->
                    key(sequence(VERSION, element(SEQUENCE, concat(EC, curve(der, text))), element(OCTETS, der)));
                default ->
                    throw new UnsupportedOperationException(
                            EXPECTED + "; convert this " + form + "PRIVATE KEY with" + CONVERT);
            };
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(EXPECTED, e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException notRsa) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    /** The object id of the curve: in the key, or in the block before it that {@code openssl ecparam} writes. */
    private static byte[] curve(byte[] sec1, String text) {
        return curve(sec1).orElseGet(() -> {
            Matcher matcher = CURVE.matcher(text);
            if (!matcher.find()) {
                throw new IllegalArgumentException("the key does not name its curve");
            }
            return objectId(Base64.getMimeDecoder().decode(matcher.group(1)), 0);
        });
    }

    private static Optional<byte[]> curve(byte[] sec1) {
        int at = content(sec1, 0);
        int end = at + length(sec1, 0);
        while (at < end) {
            if ((sec1[at] & 0xff) == PARAMETERS) {
                return Optional.of(objectId(sec1, content(sec1, at)));
            }
            at = content(sec1, at) + length(sec1, at);
        }
        return Optional.empty();
    }

    private static byte[] objectId(byte[] der, int at) {
        int end = content(der, at) + length(der, at);
        if (der[at] != OBJECT_ID || end > der.length) {
            throw new IllegalArgumentException("a curve without a name");
        }
        return Arrays.copyOfRange(der, at, end);
    }

    /** The index of the content of a DER element; its length has one byte, or a count of bytes before it. */
    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < content(der, at); i++) {
            length = length << 8 | (der[i] & 0xff);
        }
        if (length < 0 || length > der.length) {
            throw new IllegalArgumentException("a length beyond the end");
        }
        return length;
    }

    private static byte[] sequence(byte[]... elements) {
        return element(SEQUENCE, concat(elements));
    }

    private static byte[] element(int tag, byte[] content) {
        int size = content.length;
        if (size < 0x80) {
            return concat(new byte[] {(byte) tag, (byte) size}, content);
        }
        byte[] head = size < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) size}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (size >> 8), (byte) size};
        return concat(head, content);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
